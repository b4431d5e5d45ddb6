"""Images and sound: what a file is, its decoding in a guarded child process, and pure measures on what came out."""
