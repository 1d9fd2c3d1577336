#!/bin/bash
# Trains on two nodes with two ranks each:  sbatch bench/cluster/slurm.sh --data /shared/mnist --batch-size 256 ...
# Everything behind the script's name goes to "gatun train".
#SBATCH --job-name=gatun-train
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
set -euo pipefail

gatun=${GATUN:-$HOME/gatun/java/bin/gatun}
[[ -x $gatun ]] || { echo "slurm.sh: no gatun at $gatun: set GATUN to java/bin/gatun on a shared disk" >&2; exit 2; }

# Rank and size are Slurm's own variables (SLURM_PROCID, SLURM_NTASKS); where rank 0 awaits the others is not.
MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
export MASTER_ADDR MASTER_PORT

# As many OpenMP threads as Slurm gave the rank processors; a rank that fails ends the others.
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK
exec srun --mpi="${SRUN_MPI:-pmix}" --kill-on-bad-exit=1 --cpus-per-task="$SLURM_CPUS_PER_TASK" "$gatun" train "$@"
