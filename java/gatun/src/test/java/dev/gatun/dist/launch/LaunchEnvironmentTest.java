package dev.gatun.dist.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.dist.GroupException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchEnvironmentTest {
    private static final long PARENT = 4711;

    private static Map<String, String> variables(String text) {
        Map<String, String> variables = new HashMap<>(Map.of("PATH", "/bin", "HOME", "/root"));
        Arrays.stream(text.strip().split(" ")).filter(each -> !each.isEmpty())
                .forEach(each -> variables.put(each.substring(0, each.indexOf('=')),
                        each.substring(each.indexOf('=') + 1)));
        return variables;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GATUN_RANK=1 GATUN_SIZE=2 GATUN_LOCAL_RANK=1 GATUN_LOCAL_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=5000 | 1/2 1/2 127.0.0.1:5000 gatun launch
            GATUN_RANK=1 GATUN_SIZE=2 RANK=0 WORLD_SIZE=8 MASTER_ADDR=a MASTER_PORT=5000 | 1/2 0/1 a:5000 gatun launch
            RANK=3 WORLD_SIZE=8 LOCAL_RANK=1 LOCAL_WORLD_SIZE=2 MASTER_ADDR=node1 MASTER_PORT=29500 TORCHELASTIC_RUN_ID=x | 3/8 1/2 node1:29500 torchrun
            RANK=3 WORLD_SIZE=8 LOCAL_RANK=1 LOCAL_WORLD_SIZE=2 MASTER_ADDR=node1 MASTER_PORT=29500 TORCHELASTIC_USE_AGENT_STORE=True | 3/8 1/2 node1:29501 torchrun
            RANK=1 WORLD_SIZE=4 MASTER_ADDR=job-master-0 MASTER_PORT=23456 | 1/4 0/1 job-master-0:23456 torchrun
            PMI_RANK=3 PMI_SIZE=4 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2 MASTER_ADDR=h | 3/4 1/2 h:29500 MPICH's mpiexec
            RANK=0 WORLD_SIZE=1 | 0/1 0/1 127.0.0.1:29500 torchrun
            OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=4 MASTER_PORT=29000 | 1/4 1/4 127.0.0.1:29000 Open MPI's mpirun
            OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=2 MASTER_ADDR=h MASTER_PORT=29000 | 1/4 1/2 h:29000 Open MPI's mpirun
            OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=0 OMPI_COMM_WORLD_LOCAL_SIZE=2 SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_STEP_ID=0 MASTER_ADDR=h MASTER_PORT=1 | 2/4 0/2 h:1 Open MPI's mpirun
            RANK=2 WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 MASTER_ADDR=h MASTER_PORT=1 | 2/4 0/1 h:1 torchrun
            RANK=2 WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 TORCHELASTIC_RUN_ID=x MASTER_ADDR=h MASTER_PORT=1 | 2/4 0/1 h:1 torchrun
            PMI_RANK=0 PMI_SIZE=2 MPI_LOCALRANKID=0 MPI_LOCALNRANKS=2 | 0/2 0/2 127.0.0.1:26251 MPICH's mpiexec
            SLURM_PROCID=5 SLURM_NTASKS=6 SLURM_LOCALID=1 SLURM_NODEID=1 SLURM_STEP_ID=2 SLURM_JOB_ID=77 SLURM_STEP_NODELIST=node[03-05,9] SLURM_STEP_TASKS_PER_NODE=4,2 | 5/6 1/2 node03:20836 srun
            SLURM_PROCID=1 SLURM_NTASKS=6 SLURM_STEP_NUM_TASKS=2 SLURM_LOCALID=0 SLURM_STEP_ID=2 SLURM_NODELIST=a,b MASTER_PORT=9 | 1/2 0/1 a:9 srun
            """)
    void readsWhatLaunchersSet(String text, String expected) {
        LaunchEnvironment found = LaunchEnvironment.of(variables(text), PARENT).orElseThrow();
        assertThat(found.rank() + "/" + found.size() + " " + found.localRank() + "/" + found.localSize() + " "
                + found.masterAddress() + ":" + found.masterPort() + " " + found.launcher()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''
            RANK= WORLD_SIZE=
            SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_JOB_ID=7
            SLURM_NTASKS=4 SLURM_JOB_ID=7
            SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=1 SLURM_STEP_ID=4294967290
            """)
    void aProcessAloneIsNoRank(String text) {
        assertThat(LaunchEnvironment.of(variables(text), PARENT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RANK=1 | RANK is set and WORLD_SIZE is not: set both, as torchrun does, or unset both to train alone
            WORLD_SIZE=2 | WORLD_SIZE is set and RANK is not
            GATUN_RANK=1 | GATUN_RANK is set and GATUN_SIZE is not
            RANK=x WORLD_SIZE=2 | RANK is "x", which is no number from 0
            RANK=-1 WORLD_SIZE=2 | RANK is "-1", which is no number from 0
            RANK=99999999999 WORLD_SIZE=2 | RANK is "99999999999", which is no number from 0
            RANK=2 WORLD_SIZE=2 | RANK is 2 and WORLD_SIZE is 2: ranks are numbered from 0 to 1
            RANK=0 WORLD_SIZE=0 | RANK is 0 and WORLD_SIZE is 0
            RANK=0 WORLD_SIZE=2 | RANK is set and MASTER_ADDR is not: set it to the machine of rank 0
            RANK=0 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=70000 | MASTER_PORT is 70000: ports lie between 1 and 65535
            RANK=0 WORLD_SIZE=2 MASTER_ADDR=a MASTER_PORT=0 | MASTER_PORT is 0
            RANK=0 WORLD_SIZE=2 LOCAL_RANK=2 LOCAL_WORLD_SIZE=2 MASTER_ADDR=a | LOCAL_RANK is 2 and LOCAL_WORLD_SIZE is 2, of 2 ranks
            RANK=0 WORLD_SIZE=2 LOCAL_RANK=0 LOCAL_WORLD_SIZE=4 MASTER_ADDR=a | of 2 ranks: these cannot all be right
            RANK=0 WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=4 | RANK and WORLD_SIZE say rank 0 of 1, OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE rank 2 of 4: unset RANK and WORLD_SIZE
            OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=2 | are on several machines, and MASTER_ADDR is not set: pass -x MASTER_ADDR=HOST
            PMI_RANK=1 PMI_SIZE=4 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2 | pass -genv MASTER_ADDR HOST
            SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_STEP_ID=0 | srun has not said on which nodes the ranks are
            """)
    void saysInOneLineWhatContradicts(String text, String message) {
        assertThatThrownBy(() -> LaunchEnvironment.of(variables(text), PARENT)).isInstanceOf(GroupException.class)
                .hasMessageContaining(message).message().hasLineCount(1);
    }

    @Test
    void ranksOfOneMpirunMeetAtOnePortAndThoseOfAnotherElsewhere() {
        String local = "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_LOCAL_SIZE=2 OMPI_COMM_WORLD_LOCAL_RANK=";
        int first = port(local + "0 OMPI_COMM_WORLD_RANK=0 PMIX_NAMESPACE=prterun-a-17@1");
        int second = port(local + "1 OMPI_COMM_WORLD_RANK=1 PMIX_NAMESPACE=prterun-a-17@1");
        int other = port(local + "0 OMPI_COMM_WORLD_RANK=0 PMIX_NAMESPACE=prterun-a-18@1");
        assertThat(first).isEqualTo(second).isNotEqualTo(other).isBetween(20_000, 31_999);
    }

    private static int port(String text) {
        return LaunchEnvironment.of(variables(text), PARENT).orElseThrow().masterPort();
    }

    @Test
    void writesTheVariablesThatItReads() {
        LaunchEnvironment rank = new LaunchEnvironment(2, 4, 0, 2, "node7", 1234, "gatun launch");
        Map<String, String> all = variables("RANK=1 WORLD_SIZE=9");
        all.putAll(rank.variables());
        assertThat(LaunchEnvironment.of(all, PARENT)).contains(rank);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            node7 | node7
            node[03-05,9] | node03
            node[9,03-05] | node9
            a,b,c | a
            gpu-a[1-2],gpu-b | gpu-a1
            rack[1-2]n[07-09] | rack1n07
            login-1,node[1-4] | login-1
            ' node1 ' | node1
            '' | ''
            """)
    void findsTheFirstHost(String list, String host) {
        assertThat(SlurmLists.firstHost(list)).isEqualTo(host);
    }

    @Test
    void expandsCounts() {
        assertThat(SlurmLists.counts("4(x2),3")).containsExactly(4, 4, 3);
        assertThat(SlurmLists.counts("")).isEmpty();
        assertThat(SlurmLists.counts("4(x")).isEmpty();
    }
}
