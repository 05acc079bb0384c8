"""Who works here: agents, their roles and teams, and how they sign in. It knows nothing of what they work on."""
