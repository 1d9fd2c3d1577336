/**
 * The proof of the vocabulary of operations: cases drawn from a seed for every member of the family, an error bound for
 * each, and the named shapes that {@code bench/} times.
 */
@org.jspecify.annotations.NullMarked
package dev.gatun.operation;
