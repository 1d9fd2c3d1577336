package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Gathering.Gift;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * What a rank does with what comes on its connections: rank 0 is the hub, the others have a connection to it. All but
 * the getters runs on the one thread of {@link MemberLoop}.
 */
abstract sealed class Side permits Hub, Spoke {
    final Hello me;
    final Outcome outcome;
    final long silence;
    private final Gathering gathered;
    private final Set<Integer> left = new ConcurrentSkipListSet<>();
    private volatile Roster roster = Roster.UNKNOWN;

    Side(Hello me, Outcome outcome, Duration heartbeatTimeout) {
        this.me = me;
        this.outcome = outcome;
        silence = heartbeatTimeout.toNanos();
        gathered = new Gathering(me.size());
    }

    /** A connection that rank 0 has accepted, or that another rank has made. */
    abstract void opened(Link link);

    /** Something was said. */
    abstract void received(Link link, Frame frame);

    /** A connection has ended; how, as the end of a sentence. */
    abstract void ended(Link link, String how);

    /** A connection brought what nobody understands. */
    abstract void garbled(Link link, String what);

    /** Looks who is silent. */
    abstract void look(long now);

    /** Gives a sign of life. */
    abstract void beat();

    /** Gives something to the collection that this rank is at. */
    abstract void give(Gift gift);

    /** Tells the others that this rank gives up. */
    abstract void giveUp(String reason);

    /** Says goodbye. */
    abstract void leave();

    /** Returns the address of this machine that others reach it by. */
    abstract InetAddress localAddress();

    /** Returns which ranks have not come to the collection, as far as this rank knows. */
    abstract String missing();

    Gathering gathered() {
        return gathered;
    }

    Roster roster() {
        return roster;
    }

    /** Returns whether all ranks have come, and this rank knows. */
    boolean isComplete() {
        return roster.processes().size() == me.size();
    }

    void complete(Roster all) {
        roster = all;
        outcome.wake();
    }

    Set<Integer> left() {
        return left;
    }

    void hasLeft(int rank) {
        left.add(rank);
        outcome.wake();
    }

    String hangs(int rank) {
        return roster.describe(rank) + " hangs: no sign of life for " + seconds();
    }

    private String seconds() {
        long millis = TimeUnit.NANOSECONDS.toMillis(silence);
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }

    /** What the others say of this rank, for its own users. */
    String givenUp(String text) {
        return "the others have given " + roster.describe(me.rank()) + " up: " + text;
    }
}
