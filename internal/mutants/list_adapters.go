package main

func ofAdapters() []mutant { return nil }
