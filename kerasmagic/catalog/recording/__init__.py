"""Recording a release: one table of environments, one probe, and the comparison with what is recorded."""
