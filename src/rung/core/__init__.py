"""The cellar: small values every room may use. No models, and no word that belongs to one room."""
