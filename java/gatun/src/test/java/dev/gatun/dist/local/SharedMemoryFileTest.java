package dev.gatun.dist.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.Membership;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class SharedMemoryFileTest {
    @TempDir
    private Path folder;

    private interface Opening {
        SharedMemoryFile.Result open(Membership members);
    }

    private static List<SharedMemoryFile.Result> open(Opening opening) {
        List<SharedMemoryFile.Result> results = Collections.synchronizedList(new ArrayList<>());
        ThreadRanks.run(3, GroupOptions.DEFAULTS, MemoryBudget.unlimited(), group -> {
            SharedMemoryFile.Result result = opening.open(group.members());
            results.add(result);
            if (result instanceof SharedMemoryFile.Opened opened) {
                assertThat(opened.transport().rank()).isEqualTo(group.rank());
                opened.transport().close();
            }
        });
        return results;
    }

    @Test
    void allMapTheFileWhichHasNoNameAfterwards() {
        assertThat(open(members -> SharedMemoryFile.open(members, MemoryBudget.unlimited(), folder)))
                .hasSize(3).allMatch(SharedMemoryFile.Opened.class::isInstance);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void itCountsAgainstTheBudget() {
        MemoryBudget little = MemoryBudget.ofBytes(1 << 20);
        assertThat(open(members -> SharedMemoryFile.open(members,
                members.rank() == 2 ? little : MemoryBudget.unlimited(), folder)))
                .hasSize(3).allSatisfy(result -> assertThat(((SharedMemoryFile.Refused) result).reason())
                        .startsWith("rank 2").contains("memory budget"));
        assertThat(little.used()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whereThereIsNoRoomAllAreTold() {
        assertThat(open(members -> SharedMemoryFile.open(members, MemoryBudget.unlimited(),
                folder.resolve("missing")))).hasSize(3).allSatisfy(result ->
                        assertThat(((SharedMemoryFile.Refused) result).reason()).contains("of memory to share in "));
    }

    @Test
    void aFullFileSystemIsNoticedBeforeMemoryIsMapped() throws Exception {
        Path full = Path.of("/dev/full"); // every write to it fails, as on a full file system
        assumeTrue(Files.isWritable(full));
        try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> SharedMemoryFile.fill(channel, new byte[16], 1 << 20))
                    .isInstanceOf(IOException.class).hasMessageContaining("No space left");
        }
    }
}
