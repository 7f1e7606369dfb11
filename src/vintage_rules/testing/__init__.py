"""What a host tests with: contracts for adapters, the simulation, Hypothesis strategies."""
