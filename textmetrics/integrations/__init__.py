"""What other libraries call: a file a library, each imported only when it is used."""
