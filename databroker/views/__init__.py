"""Pages of the kernel: home, account, organisation, tokens, API docs."""
