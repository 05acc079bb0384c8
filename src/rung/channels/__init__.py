"""The doors: one folder for each way a customer can reach us, none knowing of another."""
