package dev.gatun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    private ControlGroup group() {
        return new ControlGroup(root);
    }

    @Test
    void theLeastOfAGroupAndThoseAboveIt() throws IOException {
        write("proc/self/cgroup", "0::/jobs/a/step");
        write("sys/fs/cgroup/jobs/a/step/memory.max", "max");
        write("sys/fs/cgroup/jobs/a/memory.max", "2000");
        write("sys/fs/cgroup/jobs/a/memory.current", "1500");
        write("sys/fs/cgroup/jobs/a/memory.stat", "anon 900\ninactive_file 600\nactive_file 7");
        write("sys/fs/cgroup/jobs/memory.max", "5000");
        write("sys/fs/cgroup/jobs/memory.current", "4800");
        assertThat(group().limit()).hasValue(2000);
        assertThat(group().available()).hasValue(200);
        write("sys/fs/cgroup/jobs/memory.current", "4000");
        assertThat(group().available()).hasValue(1000);
    }

    @Test
    void theFirstVersion() throws IOException {
        write("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/job\n3:memory_pressure:/other");
        write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "3000");
        write("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(group().limit()).hasValue(3000);
        assertThat(group().available()).hasValue(2000);
    }

    /** The path is that of the host, and the container's own group is mounted in its place. */
    @Test
    void theGroupOfAContainer() throws IOException {
        write("proc/self/cgroup", "0::/docker/0123/../4567");
        write("sys/fs/cgroup/memory.max", "4000");
        assertThat(group().limit()).hasValue(4000);
        assertThat(group().available()).isEmpty();
        write("proc/self/cgroup", "0::/../../elsewhere");
        assertThat(group().limit()).isEmpty();
    }

    @Test
    void noLimitIsNone() throws IOException {
        assertThat(group().limit()).isEmpty();
        write("proc/self/cgroup", "0::/\nnonsense");
        write("sys/fs/cgroup/memory.max", "max");
        assertThat(group().limit()).isEmpty();
        assertThat(group().available()).isEmpty();
    }
}
