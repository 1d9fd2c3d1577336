package dev.gatun.train.prediction;

/**
 * A class and how probable a model finds it.
 *
 * @param name        name of the class
 * @param number      its number, from 0
 * @param probability from 0 to 1; those of all classes sum to 1
 */
public record ClassProbability(String name, int number, float probability) {}
