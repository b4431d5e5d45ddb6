"""What can be done with datasets, files, rights and versions."""
