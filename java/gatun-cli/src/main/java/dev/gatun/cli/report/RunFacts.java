package dev.gatun.cli.report;

import dev.gatun.chart.Page.Term;
import java.util.List;

/**
 * What a report says of a run besides its numbers.
 *
 * @param title   model and data
 * @param images  what epochs are evaluated on: test or validation
 * @param command what was typed to begin the run; empty where that is not known
 * @param recipe  what decides the run, by name
 * @param machine versions and the machine
 */
public record RunFacts(String title, String images, String command, List<Term> recipe, List<Term> machine) {
    /** Copies the lists. */
    public RunFacts {
        recipe = List.copyOf(recipe);
        machine = List.copyOf(machine);
    }
}
