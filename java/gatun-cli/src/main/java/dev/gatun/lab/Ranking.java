package dev.gatun.lab;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The outcome: contenders, criteria, and who did well. */
public record Ranking(List<Contender> contenders, List<Criterion> criteria) {
    public Ranking {
        contenders = List.copyOf(contenders);
        criteria = List.copyOf(criteria);
    }

    /** The mean of a contender's ranks in all criteria. */
    public double meanRank(int contender) {
        return criteria.stream().mapToDouble(criterion -> criterion.ranks().get(contender)).average()
                .orElse(Double.NaN);
    }

    /** The contenders' indices, the best mean rank first. */
    public List<Integer> order() {
        return IntStream.range(0, contenders.size()).boxed().sorted(Comparator.comparingDouble(this::meanRank))
                .toList();
    }
}
