"""What Rung is measured by: `bin/bench NAME`. Each prints figures beside their goals, and a reference from the same run,
because machines differ and are seldom quiet: believe the ratios."""
