package dev.gatun.dist.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.RankLostException;
import dev.gatun.dist.socket.Together.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SocketMembershipTest {
    private static final GroupOptions OPTIONS = GroupOptions.DEFAULTS.withTimeout(Duration.ofSeconds(20))
            .withStartTimeout(Duration.ofSeconds(20)).withHeartbeatTimeout(Duration.ofSeconds(5));

    private final int port = FreePort.find();

    private Rendezvous rank(int rank, int size) {
        return new Rendezvous(rank, size, "127.0.0.1", port);
    }

    private static Hello hello(String version, int rank, int size, long pid) {
        return new Hello(version, rank, size, pid, "node" + rank);
    }

    /** Joins all ranks; the caller closes them. */
    private List<SocketMembership> group(int size, GroupOptions options) throws InterruptedException {
        List<Callable<SocketMembership>> joins = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            Hello hello = hello("1", rank, size, 100 + rank);
            joins.add(() -> SocketMembership.join(rank(hello.rank(), size), hello, options));
        }
        return Together.run(joins).stream().map(each -> {
            assertThat(each.failure()).isNull();
            return Objects.requireNonNull(each.value());
        }).toList();
    }

    private static void close(List<SocketMembership> members) {
        members.reversed().forEach(SocketMembership::close);
    }

    private static void awaitFailure(SocketMembership members) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            try {
                members.check();
            } catch (GroupException _) {
                return;
            }
            Thread.sleep(10);
        }
    }

    @Test
    void ranksMeetInWhateverOrderTheyCome() throws Exception {
        CountDownLatch others = new CountDownLatch(2);
        List<Callable<SocketMembership>> joins = List.of(
                () -> {
                    others.await();
                    Thread.sleep(300); // the others have found nobody so far
                    return SocketMembership.join(rank(0, 3), hello("1", 0, 3, 100), OPTIONS);
                },
                () -> {
                    others.countDown();
                    return SocketMembership.join(rank(1, 3), hello("1", 1, 3, 101), OPTIONS);
                },
                () -> {
                    others.countDown();
                    return SocketMembership.join(rank(2, 3), hello("1", 2, 3, 102), OPTIONS);
                });
        List<SocketMembership> members = Together.run(joins).stream().map(Result::value)
                .map(Objects::requireNonNull).toList();
        for (SocketMembership each : members) {
            each.check();
            assertThat(each.size()).isEqualTo(3);
            assertThat(each.describe(2)).isEqualTo("rank 2 (process 102 on node2)");
        }
        close(members);
    }

    @Test
    void collectsBytesOfAllInTheirOrder() throws Exception {
        List<SocketMembership> members = group(3, OPTIONS);
        byte[] large = new byte[Frame.LARGEST_GATHERED];
        large[large.length - 1] = 7;
        List<Callable<Boolean>> works = new ArrayList<>();
        for (SocketMembership each : members) {
            works.add(() -> {
                for (int round = 0; round < 20; round++) {
                    String mine = round + " of " + each.rank();
                    assertThat(each.gather("round " + round, mine.getBytes(StandardCharsets.UTF_8)))
                            .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                            .containsExactly(round + " of 0", round + " of 1", round + " of 2");
                }
                assertThat(each.gather("nothing", new byte[0])).allMatch(bytes -> bytes.length == 0).hasSize(3);
                assertThat(each.gather("much", large)).hasSize(3).allSatisfy(
                        bytes -> assertThat(bytes).isEqualTo(large));
                assertThatThrownBy(() -> each.gather("too much", new byte[Frame.LARGEST_GATHERED + 1]))
                        .isInstanceOf(IllegalArgumentException.class);
                return true;
            });
        }
        assertThat(Together.run(works)).allSatisfy(result -> assertThat(result.failure()).isNull());
        close(members);
    }

    @Test
    void oneRankAloneNeedsNoNetwork() {
        try (SocketMembership alone = SocketMembership.join(rank(0, 1), OPTIONS)) {
            assertThat(alone.gather("x", new byte[] {1})).containsExactly(new byte[] {1});
            alone.check();
            assertThat(alone.describe(0)).contains("process " + ProcessHandle.current().pid() + " on ");
        }
    }

    @Test
    void differentTopicsAreNamedOnAllRanks() throws Exception {
        List<SocketMembership> members = group(2, OPTIONS);
        List<Result<List<byte[]>>> results = Together.run(List.of(
                () -> members.get(0).gather("weights", new byte[0]),
                () -> members.get(1).gather("options", new byte[0])));
        assertThat(results).allSatisfy(result -> assertThat(result.message()).contains("collects \"")
                .contains("\"weights\"").contains("\"options\"").endsWith("all ranks have to do the same"));
        close(members);
    }

    private List<Result<SocketMembership>> meet(List<Hello> hellos, GroupOptions options) throws InterruptedException {
        List<Callable<SocketMembership>> joins = new ArrayList<>();
        for (Hello hello : hellos) {
            joins.add(() -> SocketMembership.join(rank(hello.rank(), hello.size()), hello, options));
        }
        List<Result<SocketMembership>> results = Together.run(joins);
        results.forEach(result -> {
            if (result.value() != null) {
                result.value().close();
            }
        });
        return results;
    }

    @Test
    void anotherVersionIsRefusedOnBothSides() throws Exception {
        assertThat(meet(List.of(hello("1", 0, 2, 100), hello("2", 1, 2, 101)), OPTIONS)).allSatisfy(result ->
                assertThat(result.message()).isEqualTo("rank 1 (process 101 on node1) runs Gatun 2, but rank 0 (process"
                        + " 100 on node0) runs 1: all ranks need the same version"));
    }

    @Test
    void anotherSizeIsRefusedOnBothSides() throws Exception {
        assertThat(meet(List.of(hello("1", 0, 2, 100), hello("1", 1, 3, 101)), OPTIONS)).allSatisfy(result ->
                assertThat(result.message()).isEqualTo("rank 1 (process 101 on node1) was started as one of 3 ranks,"
                        + " but rank 0 (process 100 on node0) as one of 2: start all with the same number"));
    }

    @Test
    void theSameRankTwiceIsRefusedOnAllSides() throws Exception {
        assertThat(meet(List.of(hello("1", 0, 3, 100), hello("1", 1, 3, 101), hello("1", 1, 3, 102)), OPTIONS))
                .allSatisfy(result -> assertThat(result.message()).contains("process 101 on node1")
                        .contains("process 102 on node1")
                        .endsWith("were both started as rank 1: each process needs its own number"));
    }

    @Test
    void aDuplicateThatComesLateDoesNotDisturbTheGroup() throws Exception {
        List<SocketMembership> members = group(2, OPTIONS);
        assertThatThrownBy(() -> SocketMembership.join(rank(1, 2), hello("1", 1, 2, 103), OPTIONS))
                .isInstanceOf(GroupException.class).hasMessageContaining("were both started as rank 1");
        members.forEach(SocketMembership::check);
        close(members);
    }

    @Test
    void saysWhoDoesNotCome() throws Exception {
        GroupOptions hasty = OPTIONS.withStartTimeout(Duration.ofMillis(700));
        List<Result<SocketMembership>> results =
                meet(List.of(hello("1", 0, 4, 100), hello("1", 2, 4, 102)), hasty);
        assertThat(results).allSatisfy(result -> assertThat(result.message()).isEqualTo(
                "rank 1, 3 of 4 did not come to rank 0 at 127.0.0.1:" + port
                        + " within 700 ms: start all, with the same address and port of rank 0"));
        assertThatThrownBy(() -> SocketMembership.join(rank(1, 2), hello("1", 1, 2, 101), hasty))
                .hasMessageContaining("did not find rank 0 at 127.0.0.1:" + port + " within 700 ms: ")
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> SocketMembership.join(
                new Rendezvous(1, 2, "no-such-host.invalid", port), hello("1", 1, 2, 101), hasty))
                .hasMessageContaining("there is no such host");
    }

    @Test
    void strangersDoNoHarm() throws Exception {
        GroupOptions options = OPTIONS;
        List<Socket> strangers = new ArrayList<>();
        List<Callable<SocketMembership>> joins = List.of(
                () -> SocketMembership.join(rank(0, 2), hello("1", 0, 2, 100), options),
                () -> {
                    for (byte[] said : List.of(new byte[0], new byte[] {1}, "GET / HTTP/1.1\r\n\r\n".getBytes(
                            StandardCharsets.US_ASCII), new byte[1_000],
                            // the right beginning, then a frame of two gigabytes, and one of no kind
                            ByteBuffer.allocate(17).putLong(0x474154554e475201L).putInt(Integer.MAX_VALUE).array(),
                            ByteBuffer.allocate(17).putLong(0x474154554e475201L).putInt(1).put((byte) 99).array())) {
                        strangers.add(stranger(said));
                    }
                    return SocketMembership.join(rank(1, 2), hello("1", 1, 2, 101), options);
                });
        List<SocketMembership> members = Together.run(joins).stream().map(Result::value)
                .map(Objects::requireNonNull).toList();
        strangers.add(stranger(new byte[100]));
        strangers.getFirst().close();
        List<Result<List<byte[]>>> results = Together.run(List.of(
                () -> members.get(0).gather("x", new byte[3]), () -> members.get(1).gather("x", new byte[4])));
        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isNull());
        close(members);
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    private Socket stranger(byte[] said) throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream();
                out.write(said);
                out.flush();
                return socket;
            } catch (IOException e) {
                if (i == 500) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }

    @Test
    void somethingElseAtThePortIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write("220 mail.example.org ESMTP\r\n".getBytes(
                            StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException _) {
                    // the rank has seen enough
                }
            });
            assertThatThrownBy(() -> SocketMembership.join(rank(1, 2), hello("1", 1, 2, 101), OPTIONS))
                    .isInstanceOf(GroupException.class).hasMessage("rank 1 found no rank 0 of this group at 127.0.0.1:"
                            + port + ": what answers is not Gatun");
            assertThatThrownBy(() -> SocketMembership.join(rank(0, 2), hello("1", 0, 2, 100), OPTIONS))
                    .isInstanceOf(GroupException.class).hasMessageContaining("another process has it");
        }
    }

    @Test
    void givingUpReachesAll() throws Exception {
        for (int who = 0; who < 3; who++) {
            List<SocketMembership> members = group(3, OPTIONS);
            members.get(who).abort("its loss is NaN at step 17");
            for (SocketMembership each : members) {
                awaitFailure(each);
                int rank = who;
                assertThatThrownBy(each::check).isInstanceOfSatisfying(RankLostException.class,
                        e -> assertThat(e.rank()).isEqualTo(rank)).hasMessage("rank " + who + " (process " + (100 + who)
                                + " on node" + who + ") gave up: its loss is NaN at step 17");
            }
            close(members);
        }
    }

    @Test
    void whoHasLeftIsNotMissedButCannotBeCollectedFrom() throws Exception {
        List<SocketMembership> members = group(3, OPTIONS);
        members.get(1).close();
        assertThatThrownBy(() -> members.get(2).gather("x", new byte[0])).isInstanceOf(GroupException.class)
                .hasMessageContaining("rank 1 (process 101 on node1) has left the group");
        members.get(0).check();
        members.get(2).check();
        assertThatThrownBy(() -> members.get(1).gather("x", new byte[0])).isInstanceOf(IllegalStateException.class);
        members.get(0).close();
        members.get(2).check();
        members.get(2).close();
        members.get(2).close();
    }

    @Test
    void aCollectionThatARankDoesNotComeToEnds() throws Exception {
        List<SocketMembership> members = group(3, OPTIONS.withTimeout(Duration.ofMillis(300)));
        List<Result<List<byte[]>>> results = Together.run(List.of(
                () -> members.get(0).gather("seeds", new byte[0]), () -> members.get(1).gather("seeds", new byte[0])));
        assertThat(results).allSatisfy(result -> assertThat(result.message())
                .contains("rank 2 did not come to collect \"seeds\" within 300 ms: it hangs, or has other work to do"));
        awaitFailure(members.get(2));
        assertThatThrownBy(() -> members.get(2).check()).isInstanceOf(GroupException.class);
        close(members);
    }
}
