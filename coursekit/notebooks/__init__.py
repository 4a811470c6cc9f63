"""Run the labs, keep their stored outputs honest, and prove that each needs its fix."""
