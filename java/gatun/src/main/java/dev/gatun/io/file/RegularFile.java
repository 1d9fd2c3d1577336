package dev.gatun.io.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Opens regular files only: to open a pipe waits for its other end, and a device may never end. With
 * {@link LinkOption#NOFOLLOW_LINKS} among the options, as for files of a folder that may come from anywhere, a symbolic
 * link is refused too.
 */
public final class RegularFile {
    private RegularFile() {}

    /**
     * Opens a file.
     *
     * @throws FileSystemException when there is something else of that name, with the reason
     */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        check(file, List.of(options).contains(LinkOption.NOFOLLOW_LINKS)
                ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0]);
        return FileChannel.open(file, options);
    }

    /**
     * Refuses what is there and no regular file; what is not there passes.
     *
     * @throws FileSystemException with the reason
     */
    public static void check(Path file, LinkOption... links) throws IOException {
        if (!Files.exists(file, links)) {
            return;
        }
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, links);
        if (found.isSymbolicLink()) {
            throw new FileSystemException(file.toString(), null, "it is a symbolic link, and none is followed here");
        }
        if (!found.isRegularFile()) {
            throw new FileSystemException(file.toString(), null,
                    "it is " + (found.isDirectory() ? "a folder" : "a pipe or a device") + ", not a regular file");
        }
    }

    /**
     * Returns a file's text.
     *
     * @param most the most bytes it may have
     * @throws java.nio.charset.CharacterCodingException when it is not UTF-8
     * @throws FileSystemException when it is no regular file, or a larger one
     */
    public static String text(Path file, int most, LinkOption... links) throws IOException {
        check(file, links);
        OpenOption[] options = List.<OpenOption>of(StandardOpenOption.READ).toArray(new OpenOption[1 + links.length]);
        System.arraycopy(links, 0, options, 1, links.length);
        try (FileChannel channel = FileChannel.open(file, options)) {
            long size = channel.size();
            if (size > most) {
                throw new FileSystemException(file.toString(), null,
                        "it has " + size + " bytes, and no such file has more than " + most);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // reads on
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        }
    }
}
