/** Benchmarks, one class per subject; what each shows is in the module's README. */
package dev.gatun.bench;
