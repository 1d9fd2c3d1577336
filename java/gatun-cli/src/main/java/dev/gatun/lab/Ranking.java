package dev.gatun.lab;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The outcome of a study: contenders, criteria and ranks. */
public record Ranking(List<Contender> contenders, List<Criterion> criteria) {
    public Ranking {
        contenders = List.copyOf(contenders);
        criteria = List.copyOf(criteria);
    }

    /** Returns the mean of a contender's ranks in all criteria. */
    public double meanRank(int contender) {
        return criteria.stream().mapToDouble(criterion -> criterion.ranks().get(contender)).average()
                .orElse(Double.NaN);
    }

    /** Returns the contenders' indices by ascending mean rank. */
    public List<Integer> order() {
        return IntStream.range(0, contenders.size()).boxed().sorted(Comparator.comparingDouble(this::meanRank))
                .toList();
    }
}
