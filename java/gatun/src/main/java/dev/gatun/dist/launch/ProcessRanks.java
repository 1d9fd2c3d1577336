package dev.gatun.dist.launch;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.Membership;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Transport;
import dev.gatun.dist.TransportChoice;
import dev.gatun.dist.TransportProvider;
import dev.gatun.dist.local.SharedMemoryFile;
import dev.gatun.dist.socket.Rendezvous;
import dev.gatun.dist.socket.SocketMembership;
import dev.gatun.dist.socket.SocketTransport;
import dev.gatun.memory.MemoryBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Ranks as processes: of one machine, or of many. */
public final class ProcessRanks {
    /** Says which start of which kernel this is; containers of a machine share it. */
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private ProcessRanks() {}

    /** Joins the group, without a word on what it came to. */
    public static ProcessGroup join(LaunchEnvironment environment, GroupOptions options, MemoryBudget budget) {
        return join(environment, options, budget, _ -> { });
    }

    /**
     * Joins the group of this process, and returns when all others have joined too.
     *
     * @param notes is told, on rank 0, of what was wished for and is not possible: one line each
     * @throws GroupException when the ranks do not come together, differ in what they want, or have no transport
     */
    public static ProcessGroup join(
            LaunchEnvironment environment, GroupOptions options, MemoryBudget budget, Consumer<String> notes) {
        SocketMembership members = SocketMembership.join(new Rendezvous(environment.rank(), environment.size(),
                environment.masterAddress(), environment.masterPort()), options);
        boolean complete = false;
        try {
            ProcessGroup group = grouped(members, options, budget, members.rank() == 0 ? notes : _ -> { });
            complete = true;
            return group;
        } catch (RuntimeException e) {
            members.abort(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            if (!complete) {
                members.close();
            }
        }
    }

    private static ProcessGroup grouped(
            SocketMembership members, GroupOptions options, MemoryBudget budget, Consumer<String> notes) {
        Transport transport = transport(members, options, budget, notes);
        boolean complete = false;
        try {
            ProcessGroup group = new ProcessGroup(members, transport, options, budget);
            complete = true;
            return group;
        } finally {
            if (!complete) {
                transport.close();
            }
        }
    }

    private static Transport transport(
            SocketMembership members, GroupOptions options, MemoryBudget budget, Consumer<String> notes) {
        TransportChoice choice = options.transport();
        List<String> choices = gathered(members, "transports", word(choice));
        for (int rank = 1; rank < choices.size(); rank++) {
            if (!choices.get(rank).equals(choices.getFirst())) {
                throw new GroupException(members.describe(rank) + " is to move its bytes by " + choices.get(rank)
                        + ", " + members.describe(0) + " by " + choices.getFirst() + ": start all with the same");
            }
        }
        return switch (choice) {
            case TCP -> SocketTransport.open(members, options, budget);
            case SHARED_MEMORY -> switch (SharedMemoryFile.open(members, budget)) {
                case SharedMemoryFile.Opened opened -> opened.transport();
                case SharedMemoryFile.Refused refused -> throw new GroupException(
                        "the ranks cannot share memory: " + refused.reason() + ": use TCP");
            };
            case AUTO -> {
                if (isOneMachine(members)) {
                    switch (SharedMemoryFile.open(members, budget)) {
                        case SharedMemoryFile.Opened opened -> {
                            yield opened.transport();
                        }
                        case SharedMemoryFile.Refused refused -> notes.accept(
                                "the ranks use TCP, as they cannot share memory: " + refused.reason());
                    }
                }
                yield SocketTransport.open(members, options, budget);
            }
            case MPI -> provided(word(choice)).open(members, budget);
        };
    }

    private static String word(TransportChoice choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static TransportProvider provided(String name) {
        for (TransportProvider provider : ServiceLoader.load(
                TransportProvider.class, TransportProvider.class.getClassLoader())) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new GroupException("this version has no transport by " + name + ": use another, or none for the best");
    }

    private static boolean isOneMachine(Membership members) {
        List<String> boots = gathered(members, "machines", boot());
        return !boots.getFirst().isEmpty() && boots.stream().allMatch(boots.getFirst()::equals);
    }

    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException _) {
            return ""; // then the ranks use TCP
        }
    }

    private static List<String> gathered(Membership members, String topic, String mine) {
        return members.gather(topic, mine.getBytes(StandardCharsets.UTF_8)).stream()
                .map(each -> new String(each, StandardCharsets.UTF_8)).toList();
    }
}
