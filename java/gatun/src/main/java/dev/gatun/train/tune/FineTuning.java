package dev.gatun.train.tune;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.options.NamePattern;
import dev.gatun.options.WithMethods;
import dev.gatun.train.task.Task;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which parameters of a model are trained, and with which hyper-parameters.
 *
 * @param frozen patterns of parameters that keep their values. No gradient is computed for them. Running statistics of
 *               a normalisation whose scale and shift are frozen are measured all the same, as PyTorch does in training
 * @param rules  hyper-parameters of groups of parameters; the first rule that matches a parameter decides on it
 */
@WithMethods
public record FineTuning(List<String> frozen, List<ParameterRule> rules) implements FineTuningBuilder.With {
    /** All parameters are trained, with the same hyper-parameters. */
    public static final FineTuning NONE = new FineTuning(List.of(), List.of());

    /** Checks the patterns. */
    public FineTuning {
        frozen = List.copyOf(frozen);
        rules = List.copyOf(rules);
        frozen.forEach(NamePattern::of);
    }

    /** Returns a copy that freezes the parameters of these patterns too: {@code freezing("layer[12].*")}. */
    public FineTuning freezing(String... patterns) {
        return withFrozen(Stream.concat(frozen.stream(), Stream.of(patterns)).toList());
    }

    /** Returns whether a parameter is trained. */
    public boolean trains(Variable parameter) {
        return frozen.stream().noneMatch(pattern -> NamePattern.of(pattern).matcher(parameter.name()).matches());
    }

    /** Returns a task with the frozen parameters of both. */
    public Task applyTo(Task task) {
        List<String> both = new ArrayList<>(task.frozen());
        frozen.stream().filter(pattern -> !both.contains(pattern)).forEach(both::add);
        return task.freezing(both.toArray(String[]::new));
    }

    /** Returns the rule that decides on a parameter, if there is one. */
    public Optional<ParameterRule> rule(Variable parameter) {
        return rules.stream().filter(rule -> rule.matches(parameter.name())).findFirst();
    }

    /** Returns the hyper-parameters of a parameter, before those are left without decay that have none. */
    public Hyperparameters of(Variable parameter, Hyperparameters numbers) {
        return rule(parameter).map(rule -> rule.applyTo(numbers)).orElse(numbers);
    }

    /**
     * Checks that each pattern matches a parameter of a graph, and that one is left to train.
     *
     * @throws IllegalArgumentException with a line that names the pattern
     */
    public void check(Graph graph) {
        List<Variable> parameters = graph.variables().stream().map(Value::variable).filter(Objects::nonNull)
                .filter(Variable::isParameter).toList();
        Stream.concat(frozen.stream(), rules.stream().map(ParameterRule::pattern)).forEach(pattern -> {
            if (parameters.stream().noneMatch(each -> NamePattern.of(pattern).matcher(each.name()).matches())) {
                throw new IllegalArgumentException("no parameter is called '" + pattern + "'; there are "
                        + parameters.stream().map(Variable::name).limit(6).toList() + " and so on, "
                        + parameters.size() + " in all");
            }
        });
        if (!parameters.isEmpty() && parameters.stream().noneMatch(this::trains)) {
            throw new IllegalArgumentException("all " + parameters.size()
                    + " parameters are frozen, so that none is trained");
        }
    }
}
