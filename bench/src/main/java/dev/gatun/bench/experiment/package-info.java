/** Published experiments that are reproduced, each started by the script of its name in {@code bench/experiments}. */
package dev.gatun.bench.experiment;
