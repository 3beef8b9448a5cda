package main

func ofKeySource() []mutant { return nil }
