"""The roof: settings, addresses and processes. No rule of the product lives here."""
