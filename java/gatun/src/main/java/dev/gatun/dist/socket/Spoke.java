package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.Kind;
import dev.gatun.dist.socket.Frame.MalformedException;
import dev.gatun.dist.socket.Gathering.Gift;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Another rank than 0, which hears from rank 0 alone. */
final class Spoke extends Side {
    private final InetAddress address;
    private final Rendezvous place;
    private @Nullable Link hub;
    private int round;
    private volatile boolean cut;

    Spoke(Hello me, Outcome outcome, Duration heartbeatTimeout, InetAddress address, Rendezvous place) {
        super(me, outcome, heartbeatTimeout);
        this.address = address;
        this.place = place;
    }

    @Override
    void opened(Link link) {
        hub = link;
        link.send(me.frame());
    }

    /** Returns whether the connection ended before the group began, without a reason: it is worth another try. */
    boolean isCut() {
        return cut;
    }

    @Override
    void received(Link link, Frame frame) {
        switch (frame.kind()) {
            case ALIVE -> { }
            case REFUSED -> {
                link.left = true;
                outcome.failed(frame.text());
            }
            case MEMBERS -> {
                Roster roster = Roster.of(frame);
                if (isComplete() || roster.processes().size() != me.size()) {
                    throw new MalformedException("a group of " + roster.processes().size());
                }
                complete(roster);
            }
            case COLLECTED -> {
                gathered().put(frame.number(), frame.body());
                outcome.wake();
            }
            case LOST -> {
                if (frame.number() == me.rank()) {
                    outcome.lost(me.rank(), givenUp(frame.text()));
                } else {
                    outcome.lost(frame.number(), frame.text());
                }
            }
            case LEFT -> {
                link.left |= frame.number() == 0;
                hasLeft(frame.number());
            }
            case HELLO, GIVEN -> throw new MalformedException("what only rank 0 is told");
        }
    }

    @Override
    void ended(Link link, String how) {
        if (link.left) {
            return;
        }
        if (isComplete()) {
            outcome.lost(0, roster().describe(0) + " died: " + how);
        } else {
            cut = true;
            outcome.wake();
        }
    }

    @Override
    void garbled(Link link, String what) {
        if (isComplete() || link.left) {
            ended(link, "its connection brought " + what);
        } else {
            outcome.failed("rank " + me.rank() + " found no rank 0 of this group at " + place + ": " + what);
        }
    }

    @Override
    void look(long now) {
        Link link = hub;
        if (link == null || link.left || !link.isOpen() || now - link.lastHeard() <= silence) {
            return;
        }
        if (!isComplete()) {
            link.close();
            ended(link, "");
        } else if (outcome.lost(0, hangs(0))) {
            link.send(Frame.of(Kind.LOST, 0, hangs(0))); // it hears so when it goes on
            link.left = true;
            link.finished = true;
        }
    }

    @Override
    void beat() {
        tell(Frame.of(Kind.ALIVE, me.rank()));
    }

    private void tell(Frame frame) {
        Link link = hub;
        if (link != null && !link.left) {
            link.send(frame);
        }
    }

    @Override
    void give(Gift gift) {
        tell(gift.frame(round++));
    }

    @Override
    void giveUp(String reason) {
        if (outcome.lost(me.rank(), roster().describe(me.rank()) + " gave up: " + reason)) {
            tell(Frame.of(Kind.LOST, me.rank(), reason));
        }
    }

    @Override
    void leave() {
        tell(Frame.of(Kind.LEFT, me.rank()));
    }

    @Override
    InetAddress localAddress() {
        return address;
    }

    /** Rank 0 knows, and says so. */
    @Override
    String missing() {
        return "";
    }
}
