package dev.gatun.options;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record whose {@code with} methods, one for each component, are written by the compiler, in an interface that it
 * implements.
 */
@RecordBuilder.Template(options = @RecordBuilder.Options(enableGetters = false))
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface WithMethods {}
