"""The pieces of a mail: header words, parameters, addresses, transfer encodings, bodies, bounces."""
