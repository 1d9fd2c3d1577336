package dev.gatun.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens a file for writing from its beginning. Tests open a full device instead. */
@FunctionalInterface
interface ChannelOpener {
    ChannelOpener DEFAULT = file -> FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);

    FileChannel open(Path file) throws IOException;
}
