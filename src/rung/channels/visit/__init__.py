"""Visits and meetings face to face, logged by hand as touchpoints of equal rank."""
