package dev.gatun.backend;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a parameterized test, or class of tests, with each of the {@link TestDevices}: their name is the first argument.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(DeviceArguments.class)
public @interface OnEachDevice {
    /** Rows of further arguments, with bars between them: the test runs on each device with each of them. */
    String[] value() default "";

    /** More rows, for the CPU alone: what other devices would only do more slowly. */
    String[] moreOnTheCpu() default {};

    /** More rows, for all but the CPU: what oneDNN does not take. */
    String[] moreElsewhere() default {};
}
