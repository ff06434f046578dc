"""Turn a filled form into a page, plain text, an e-mail, a short message or a PDF."""
