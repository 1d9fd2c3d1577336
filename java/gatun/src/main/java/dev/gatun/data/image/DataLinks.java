package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a data folder may lead to: files below it, also through links, and others only where the user has asked for
 * that, as data may come from anywhere. Pipes and devices are never read: they may wait or go on for ever.
 */
final class DataLinks {
    /** Set to {@code follow} to read what links lead to outside of a data folder; the variable counts too. */
    static final String PROPERTY = "gatun.data.links";

    private static final String VARIABLE = "GATUN_DATA_LINKS";
    private static final String FOLLOW = "follow";

    private DataLinks() {}

    private static boolean areFollowed() {
        return FOLLOW.equals(System.getProperty(PROPERTY, System.getenv(VARIABLE)));
    }

    /** Refuses a link that leads out of a folder; one that leads nowhere passes, and is missed when it is read. */
    static void check(Path path, Path folder) {
        if (!Files.isSymbolicLink(path) || areFollowed()) {
            return;
        }
        try {
            Path target = path.toRealPath();
            if (!target.startsWith(folder.toRealPath())) {
                throw new DataException(path.toString(), "is a symbolic link to " + target + ", outside of " + folder,
                        "copy what it leads to, or allow such links: " + VARIABLE + "=" + FOLLOW);
            }
        } catch (IOException e) {
            throw FileTree.unreadable(path.toString(), e);
        }
    }

    /** Refuses what is there and no regular file. */
    static void checkRegular(Path path, String name) {
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            throw new DataException(name, "is a pipe or a device, no file", "give a file");
        }
    }
}
