package dev.gatun.backend;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs a parameterized test, or class of tests, once with the name of each of the {@link TestDevices}. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@MethodSource("dev.gatun.backend.TestDevices#names")
public @interface OnEachDevice {}
