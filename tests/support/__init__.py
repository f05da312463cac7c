"""Judges and tools that the tests share. Nothing here uses the code under test."""
