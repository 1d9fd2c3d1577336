package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.Kind;
import dev.gatun.dist.socket.Frame.MalformedException;
import dev.gatun.dist.socket.Gathering.Gift;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Rank 0: it takes the others in, hears from all of them, and passes on what concerns all. */
final class Hub extends Side {
    /** How long a connection may say nothing before it has said who it is. */
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Connections that have not said who they are; more are closed at once, and try again. */
    private static final int MOST_STRANGERS = 1024;

    private final @Nullable Link[] members;
    private final List<Link> strangers = new ArrayList<>();
    private final Gathering given;
    private String topic = "";
    private int topicOf = -1;
    private int round;
    private volatile InetAddress address = InetAddress.getLoopbackAddress();

    Hub(Hello me, Outcome outcome, Duration heartbeatTimeout) {
        super(me, outcome, heartbeatTimeout);
        members = new Link[me.size()];
        given = new Gathering(me.size());
        if (me.size() == 1) {
            complete(Roster.of(List.of(me)));
        }
    }

    @Override
    void opened(Link link) {
        if (strangers.size() >= MOST_STRANGERS) {
            link.close();
        } else {
            strangers.add(link);
        }
    }

    @Override
    void received(Link link, Frame frame) {
        Hello peer = link.peer;
        if (peer == null) {
            greet(link, Hello.of(frame));
            return;
        }
        switch (frame.kind()) {
            case ALIVE -> { }
            case GIVEN -> {
                if (frame.number() != round) {
                    throw new MalformedException("a gift to collection " + frame.number());
                }
                give(peer.rank(), Gift.of(frame));
            }
            case LOST -> {
                if (frame.number() == 0) {
                    lose(0, givenUp(frame.text()));
                } else {
                    lose(peer.rank(), roster().describe(peer.rank()) + " gave up: " + frame.text());
                }
            }
            case LEFT -> {
                link.left = true;
                hasLeft(peer.rank());
                tellAll(Frame.of(Kind.LEFT, peer.rank()));
            }
            case HELLO, REFUSED, MEMBERS, COLLECTED -> throw new MalformedException("what only rank 0 says");
        }
    }

    private void greet(Link link, Hello hello) {
        strangers.remove(link);
        Optional<String> refusal = hello.refusal(me);
        if (refusal.isEmpty()) {
            Link other = members[hello.rank()];
            if (other != null && other.peer != null) {
                refusal = Optional.of(hello.claimedTwice(other.peer));
            }
        }
        link.peer = hello;
        if (refusal.isPresent()) {
            refuse(link, refusal.get());
            if (!isComplete()) { // afterwards the group does not need it
                failStart(refusal.get());
            }
            return;
        }
        members[hello.rank()] = link;
        if (missing().isEmpty()) {
            begin();
        }
    }

    /** Refuses a process, which is heard no more. */
    private static void refuse(Link link, String why) {
        link.send(Frame.of(Kind.REFUSED, 0, why));
        link.left = true;
        link.finished = true;
    }

    /** Tells all that have come that the group does not begin. */
    void failStart(String why) {
        if (outcome.failed(why)) {
            for (Link link : members) {
                if (link != null) {
                    refuse(link, why);
                }
            }
        }
    }

    private void begin() {
        List<Hello> all = new ArrayList<>(List.of(me));
        for (Link link : members) {
            if (link != null && link.peer != null) {
                all.add(link.peer);
                address = better(address, link);
            }
        }
        Roster roster = Roster.of(all);
        tellAll(roster.frame());
        complete(roster);
    }

    /** Prefers an address by which other machines have come. */
    private static InetAddress better(InetAddress known, Link link) {
        try {
            return known.isLoopbackAddress()
                    && link.channel().getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : known;
        } catch (IOException _) {
            return known;
        }
    }

    /** Before all have come: those who have not. */
    @Override
    String missing() {
        if (isComplete()) {
            return given.missing();
        }
        List<String> missing = new ArrayList<>();
        for (int rank = 1; rank < members.length; rank++) {
            if (members[rank] == null) {
                missing.add(String.valueOf(rank));
            }
        }
        return String.join(", ", missing);
    }

    @Override
    void ended(Link link, String how) {
        Hello peer = link.peer;
        strangers.remove(link);
        if (peer == null || link.left) {
            return;
        }
        if (isComplete()) {
            lose(peer.rank(), roster().describe(peer.rank()) + " died: " + how);
        } else {
            members[peer.rank()] = null; // whoever started it may start it again
        }
    }

    @Override
    void garbled(Link link, String what) {
        ended(link, "its connection brought " + what);
    }

    @Override
    void look(long now) {
        for (Link link : List.copyOf(strangers)) {
            if (now - link.lastHeard() > GREETING_NANOS) {
                link.close();
                strangers.remove(link);
            }
        }
        for (int rank = 1; rank < members.length; rank++) {
            Link link = members[rank];
            if (link != null && !link.left && now - link.lastHeard() > silence) {
                if (isComplete()) {
                    lose(rank, hangs(rank));
                } else {
                    link.close();
                    members[rank] = null;
                }
            }
        }
    }

    /** Says to all that a rank is lost, to itself too, which may only have been stopped for a while. */
    private void lose(int rank, String text) {
        if (outcome.lost(rank, text)) {
            tellAll(Frame.of(Kind.LOST, rank, text));
        }
    }

    @Override
    void beat() {
        tellAll(Frame.of(Kind.ALIVE, 0));
    }

    private void tellAll(Frame frame) {
        for (Link link : members) {
            if (link != null && !link.left) {
                link.send(frame);
            }
        }
    }

    @Override
    void give(Gift gift) {
        give(0, gift);
    }

    private void give(int rank, Gift gift) {
        if (topicOf < 0) {
            topic = gift.topic();
            topicOf = rank;
        } else if (!topic.equals(gift.topic())) {
            String text = roster().describe(rank) + " collects \"" + gift.topic() + "\", "
                    + roster().describe(topicOf) + " \"" + topic + "\": all ranks have to do the same";
            if (outcome.failed(text)) {
                tellAll(Frame.of(Kind.LOST, -1, text));
            }
            return;
        }
        given.put(rank, gift.bytes());
        if (given.isComplete()) {
            List<byte[]> all = given.take();
            for (int each = 0; each < all.size(); each++) {
                tellAll(new Frame(Kind.COLLECTED, each, all.get(each)));
                gathered().put(each, all.get(each));
            }
            topicOf = -1;
            round++;
            outcome.wake();
        }
    }

    @Override
    void giveUp(String reason) {
        lose(0, roster().describe(0) + " gave up: " + reason);
    }

    @Override
    void leave() {
        tellAll(Frame.of(Kind.LEFT, 0));
    }

    @Override
    InetAddress localAddress() {
        return address;
    }
}
