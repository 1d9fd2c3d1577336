package dev.gatun.dist.launch;

import dev.gatun.dist.GroupException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rank of how many this process is, and where the ranks meet, as whatever started it says in environment
 * variables. {@code MASTER_ADDR} and {@code MASTER_PORT} are read whoever set them. Without them the ranks meet
 *
 * <ul>
 *   <li>under {@code mpirun} or {@code mpiexec} on one machine: at 127.0.0.1, and a port that follows from the number
 *       of the job, or of the process that started all ranks;
 *   <li>under {@code srun}: at the first host of the list of nodes, and a port that follows from the number of the job.
 * </ul>
 *
 * <p>Otherwise the port is 29500, as in PyTorch.
 *
 * <p>Where several launchers have set variables, the innermost counts: {@code gatun launch}, torchrun, mpirun and
 * mpiexec, srun, in this order. Variables that contradict each other are refused.
 *
 * @param rank          number of this process, from 0
 * @param size          number of processes
 * @param localRank     number among those of this machine
 * @param localSize     number of processes on this machine
 * @param masterAddress name or address of the machine of rank 0
 * @param masterPort    where rank 0 listens
 * @param launcher      what started the process, in words
 */
public record LaunchEnvironment(
        int rank, int size, int localRank, int localSize, String masterAddress, int masterPort, String launcher) {
    /** The variable with the name or address of the machine of rank 0. */
    public static final String ADDRESS = "MASTER_ADDR";

    /** The variable with the port of rank 0. */
    public static final String PORT = "MASTER_PORT";

    private static final String LOOPBACK = "127.0.0.1";

    /** Ports that follow from a job's number: below those that systems give to outgoing connections. */
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;

    /** PyTorch's, where no port is told and none follows. */
    private static final int USUAL_PORT = 29_500;

    /** Only torchrun sets it. */
    private static final String TORCHRUN_JOB = "TORCHELASTIC_RUN_ID";

    /** Whether torchrun itself listens at the port that it tells. */
    private static final String TORCHRUN_LISTENS = "TORCHELASTIC_USE_AGENT_STORE";

    public LaunchEnvironment {
        if (size < 1 || rank < 0 || rank >= size || localSize < 1 || localRank < 0 || localRank >= localSize
                || localSize > size) {
            throw new IllegalArgumentException("rank " + rank + " of " + size + " cannot be " + localRank + " of "
                    + localSize + " on its machine");
        }
        if (masterPort < 1 || masterPort > 65_535) {
            throw new IllegalArgumentException("a port lies between 1 and 65535, not at " + masterPort);
        }
    }

    /**
     * Returns what the variables of this process say; nothing when it was started alone.
     *
     * @throws GroupException when they contradict each other
     */
    public static Optional<LaunchEnvironment> ofThisProcess() {
        return of(System.getenv(), ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(1L));
    }

    /**
     * Returns what variables say.
     *
     * @param parent number of the process that started this one
     * @throws GroupException when they contradict each other
     */
    public static Optional<LaunchEnvironment> of(Map<String, String> environment, long parent) {
        Variables variables = new Variables(Map.copyOf(environment));
        for (Launcher launcher : Launcher.values()) {
            if (isPresent(launcher, variables)) {
                return Optional.of(read(launcher, variables, parent));
            }
        }
        return Optional.empty();
    }

    private static boolean isPresent(Launcher launcher, Variables variables) {
        boolean rank = variables.has(launcher.rank());
        Optional<String> size = variables.first(launcher.sizes());
        return switch (launcher) {
            // A batch script and the shell of an allocation have all of Slurm's variables but are no task among many.
            case SLURM -> rank && size.isPresent() && variables.first(List.of("SLURM_STEP_ID", "SLURM_STEPID"))
                    .isPresent() && variables.number(size.get()).orElse(1) > 1;
            case GATUN, TORCHRUN, OPEN_MPI, HYDRA -> {
                if (rank != size.isPresent()) {
                    String set = rank ? launcher.rank() : size.orElseThrow();
                    String unset = rank ? launcher.sizes().getFirst() : launcher.rank();
                    throw new GroupException(set + " is set and " + unset + " is not: set both, as "
                            + launcher.title() + " does, or unset both to train alone");
                }
                yield rank;
            }
        };
    }

    private static LaunchEnvironment read(Launcher launcher, Variables variables, long parent) {
        String sizeName = variables.first(launcher.sizes()).orElseThrow();
        int rank = variables.number(launcher.rank()).orElseThrow();
        int size = variables.number(sizeName).orElseThrow();
        if (rank >= size) {
            throw new GroupException(launcher.rank() + " is " + rank + " and " + sizeName + " is " + size
                    + ": ranks are numbered from 0 to " + Math.max(0, size - 1));
        }
        if (launcher == Launcher.TORCHRUN && !variables.has(TORCHRUN_JOB)) {
            compare(variables, rank, size);
        }
        int localRank = variables.number(launcher.localRank()).orElse(0);
        int localSize = localSize(launcher, variables, localRank);
        if (localRank >= localSize || localSize > size) {
            throw new GroupException(launcher.localRank() + " is " + localRank + " and " + launcher.localSize()
                    + " is " + localSize + ", of " + size + " ranks: these cannot all be right");
        }
        String address = variables.text(ADDRESS).orElseGet(() -> address(launcher, variables, size, localSize));
        return new LaunchEnvironment(rank, size, localRank, localSize, address,
                port(launcher, variables, localSize == size ? String.valueOf(parent) : ""), launcher.title());
    }

    /** Variables with the plain names may be left over in somebody's shell while mpirun has set its own. */
    private static void compare(Variables variables, int rank, int size) {
        for (Launcher other : List.of(Launcher.OPEN_MPI, Launcher.HYDRA)) {
            Optional<Integer> otherRank = variables.number(other.rank());
            Optional<Integer> otherSize = variables.number(other.sizes().getFirst());
            if (otherRank.isPresent() && otherSize.isPresent()
                    && (otherRank.get() != rank || otherSize.get() != size)) {
                throw new GroupException("RANK and WORLD_SIZE say rank " + rank + " of " + size + ", "
                        + other.rank() + " and " + other.sizes().getFirst() + " rank " + otherRank.get() + " of "
                        + otherSize.get() + ": unset RANK and WORLD_SIZE, or start without " + other.title());
            }
        }
    }

    private static int localSize(Launcher launcher, Variables variables, int localRank) {
        if (launcher != Launcher.SLURM) {
            return variables.number(launcher.localSize()).orElse(localRank + 1);
        }
        List<Integer> counts = SlurmLists.counts(variables.text(launcher.localSize())
                .or(() -> variables.text("SLURM_TASKS_PER_NODE")).orElse(""));
        int node = variables.number("SLURM_NODEID").orElse(0);
        return node < counts.size() ? counts.get(node) : localRank + 1;
    }

    private static String address(Launcher launcher, Variables variables, int size, int localSize) {
        if (size == 1) {
            return LOOPBACK;
        }
        return switch (launcher) {
            case GATUN, TORCHRUN -> throw new GroupException(launcher.rank() + " is set and " + ADDRESS
                    + " is not: set it to the machine of rank 0, on all ranks alike");
            case OPEN_MPI, HYDRA -> {
                if (localSize == size) {
                    yield LOOPBACK;
                }
                throw new GroupException("the " + size + " ranks of " + launcher.title()
                        + " are on several machines, and " + ADDRESS + " is not set: pass "
                        + (launcher == Launcher.OPEN_MPI ? "-x " + ADDRESS + "=HOST" : "-genv " + ADDRESS + " HOST")
                        + ", the machine of rank 0");
            }
            case SLURM -> variables.text("SLURM_STEP_NODELIST").or(() -> variables.text("SLURM_JOB_NODELIST"))
                    .or(() -> variables.text("SLURM_NODELIST")).map(SlurmLists::firstHost)
                    .filter(host -> !host.isEmpty())
                    .orElseThrow(() -> new GroupException("srun has not said on which nodes the ranks are"
                            + " (SLURM_STEP_NODELIST): set " + ADDRESS + " to the machine of rank 0"));
        };
    }

    /** @param starter what all ranks of a machine have in common; empty where they are on several */
    private static int port(Launcher launcher, Variables variables, String starter) {
        Optional<Integer> given = variables.number(PORT);
        if (given.isEmpty()) {
            String job = launcher == Launcher.GATUN || launcher == Launcher.TORCHRUN ? ""
                    : variables.first(launcher.jobs()).flatMap(variables::text).orElse(starter);
            String step = variables.text("SLURM_STEP_ID").orElse("");
            return job.isEmpty() ? USUAL_PORT : FIRST_PORT + Math.floorMod((job + "." + step).hashCode(), PORTS);
        }
        int port = given.get();
        if (launcher == Launcher.TORCHRUN && variables.text(TORCHRUN_LISTENS).filter("True"::equals).isPresent()) {
            port++;
        }
        if (port < 1 || port > 65_535) {
            throw new GroupException(PORT + " is " + given.get() + ": ports lie between 1 and 65535");
        }
        return port;
    }

    /**
     * Returns the variables that a process needs to be this rank.
     *
     * @return names and values, to be added to an environment
     */
    public Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        variables.put(Launcher.GATUN.rank(), String.valueOf(rank));
        variables.put(Launcher.GATUN.sizes().getFirst(), String.valueOf(size));
        variables.put(Launcher.GATUN.localRank(), String.valueOf(localRank));
        variables.put(Launcher.GATUN.localSize(), String.valueOf(localSize));
        variables.put(ADDRESS, masterAddress);
        variables.put(PORT, String.valueOf(masterPort));
        return variables;
    }
}
