package dev.gatun.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report bytes per second too. */
@AuxCounters
@State(Scope.Thread)
public class Traffic {
    /** Of 10^9 bytes. */
    public double gigabytes;
}
