package dev.gatun.dist.launch;

import java.util.List;

/**
 * What starts the processes of a group, by the variables that it sets. The first of which there is the rank counts: a
 * launcher that is started by another one is the inner one, and comes before it. {@code torchrun} is started by
 * {@code mpirun} or {@code srun}, {@code mpirun} within an allocation of Slurm.
 */
enum Launcher {
    /** This program's own. */
    GATUN("gatun launch", "GATUN_RANK", List.of("GATUN_SIZE"), "GATUN_LOCAL_RANK", "GATUN_LOCAL_SIZE", List.of()),
    /** torchrun, Kubeflow's PyTorchJob, or somebody who sets the variables. */
    TORCHRUN("torchrun", "RANK", List.of("WORLD_SIZE"), "LOCAL_RANK", "LOCAL_WORLD_SIZE", List.of()),
    /** Open MPI's mpirun. */
    OPEN_MPI("Open MPI's mpirun", "OMPI_COMM_WORLD_RANK", List.of("OMPI_COMM_WORLD_SIZE"),
            "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE",
            List.of("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid")),
    /** Hydra, the mpiexec of MPICH, Intel MPI and MVAPICH. */
    HYDRA("MPICH's mpiexec", "PMI_RANK", List.of("PMI_SIZE"), "MPI_LOCALRANKID", "MPI_LOCALNRANKS", List.of()),
    /** Slurm's srun. */
    SLURM("srun", "SLURM_PROCID", List.of("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"), "SLURM_LOCALID",
            "SLURM_STEP_TASKS_PER_NODE", List.of("SLURM_JOB_ID", "SLURM_JOBID"));

    private final String title;
    private final String rank;
    private final List<String> sizes;
    private final String localRank;
    private final String localSize;
    private final List<String> jobs;

    Launcher(String title, String rank, List<String> sizes, String localRank, String localSize, List<String> jobs) {
        this.title = title;
        this.rank = rank;
        this.sizes = sizes;
        this.localRank = localRank;
        this.localSize = localSize;
        this.jobs = jobs;
    }

    /** Returns its name in messages. */
    String title() {
        return title;
    }

    /** Returns the variable of the rank. */
    String rank() {
        return rank;
    }

    /** Returns the variables of the number of ranks, of which the first that is set counts. */
    List<String> sizes() {
        return sizes;
    }

    /** Returns the variable of the rank among those of the machine. */
    String localRank() {
        return localRank;
    }

    /** Returns the variable of the number of ranks of the machine; Slurm's has those of all machines. */
    String localSize() {
        return localSize;
    }

    /** Returns variables that have the same value in all processes of a job, and another one in other jobs. */
    List<String> jobs() {
        return jobs;
    }
}
