package dev.gatun.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, as recorded in the jar by Maven. */
public final class Version implements IVersionProvider {
    private static final String RESOURCE = "/META-INF/maven/dev.gatun/gatun-cli/pom.properties";

    /** Returns the version number. */
    public static String number() {
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "(not packaged)");
        } catch (IOException _) {
            return "(unreadable)";
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"gatun " + number() + ", Java " + Runtime.version()};
    }
}
