package dev.gatun.cli.launch;

import dev.gatun.cli.option.ExitCode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the ranks of one start ended.
 *
 * @param failed  those with another exit code than 0, in the order in which they ended
 * @param stopped whether the user wanted it
 */
record GangEnd(List<RankProcess> failed, boolean stopped) {
    /** What another start may mend: everything else fails again. */
    private static final Set<Integer> MENDABLE =
            Set.of(ExitCode.RANK_LOST.number(), ExitCode.INTERNAL.number(), ExitCode.MEMORY.number());

    boolean isGood() {
        return failed.isEmpty();
    }

    /**
     * Returns the rank that is to blame: the first that died or failed of its own, else one that hung and had to be
     * killed, else the first that missed another.
     */
    RankProcess culprit() {
        return first(rank -> !rank.wasKilled() && rank.code() != ExitCode.RANK_LOST.number()
                && rank.code() != ExitCode.INTERRUPTED.number(),
                first(RankProcess::wasKilled, failed.getFirst()));
    }

    private RankProcess first(Predicate<RankProcess> condition, RankProcess otherwise) {
        return failed.stream().filter(condition).findFirst().orElse(otherwise);
    }

    /** Returns how many died or hung, rather than noticed it. */
    int lost() {
        return (int) failed.stream().filter(rank -> rank.wasKilled() || rank.diedBySignal()).count();
    }

    /** Returns the exit code of the whole. */
    int code() {
        return isGood() ? ExitCode.OK.number() : culprit().wasKilled() ? ExitCode.RANK_LOST.number() : culprit().code();
    }

    /** Returns whether all stopped as the user wanted. */
    boolean isStop() {
        return !isGood() && stopped && code() == ExitCode.INTERRUPTED.number();
    }

    /** Returns whether it makes sense to start again. */
    boolean isMendable() {
        RankProcess culprit = culprit();
        return !stopped && (culprit.wasKilled() || culprit.diedBySignal() || MENDABLE.contains(culprit.code()));
    }
}
