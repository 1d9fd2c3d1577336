package dev.gatun;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A program as a reader of the README has it: compiled outside all packages, so that it sees the public API only. */
public record SourceProgram(String name, String text) {
    private static final Path README = Path.of("../../README.md");

    /** The first Java program under a heading of the README. */
    public static SourceProgram inReadme(String heading, String name) throws IOException {
        Matcher block = Pattern.compile("(?s)\n## " + Pattern.quote(heading)
                + "\n(?:(?!\n## ).)*?\n```java\n(.*?)\n```\n")
                .matcher(Files.readString(README));
        assertThat(block.find()).as("a program under \"%s\" in %s", heading, README).isTrue();
        return new SourceProgram(name, block.group(1));
    }

    /** Lines that are not blank. */
    public long lines() {
        return text.lines().filter(line -> !line.isBlank()).count();
    }

    /** Compiles it into a folder and runs its main method, with or without arguments and class, on this thread. */
    public List<String> run(Path classes, String... arguments) throws IOException, ReflectiveOperationException {
        compile(classes);
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, SourceProgram.class.getClassLoader())) {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            runMain(loader.loadClass(name), arguments);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Compiles it into a folder and calls a static method without parameters. */
    public Object call(Path classes, String method) throws IOException, ReflectiveOperationException {
        compile(classes);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, SourceProgram.class.getClassLoader())) {
            Method called = loader.loadClass(name).getDeclaredMethod(method);
            called.setAccessible(true);
            return called.invoke(null);
        }
    }

    private void compile(Path classes) {
        SimpleJavaFileObject source = new SimpleJavaFileObject(
                URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        assertThat(ToolProvider.getSystemJavaCompiler().getTask(null, null, null,
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")), null,
                List.of(source)).call()).as("%s compiles", name).isTrue();
    }

    private static void runMain(Class<?> type, String[] arguments) throws ReflectiveOperationException {
        Method main = Arrays.stream(type.getDeclaredMethods()).filter(method -> method.getName().equals("main"))
                .findFirst()
                .orElseThrow();
        main.setAccessible(true);
        if (main.getParameterCount() > 0) {
            main.invoke(null, (Object) arguments);
        } else {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            main.invoke(constructor.newInstance());
        }
    }
}
