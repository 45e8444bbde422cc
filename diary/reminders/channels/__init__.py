"""The ways to reach a patient: one small class each."""
