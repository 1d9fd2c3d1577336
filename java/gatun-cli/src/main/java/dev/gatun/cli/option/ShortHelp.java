package dev.gatun.cli.option;

import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of a command with many options: the essential ones, and how to see all. */
public final class ShortHelp {
    /** The option that shows all others. */
    public static final String ALL = "--help-all";

    private ShortHelp() {}

    /** Shows some options of a command only. */
    public static void apply(CommandLine command, Set<String> essential) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> {
            List<OptionSpec> shown = help.commandSpec().options().stream()
                    .filter(option -> essential.contains(option.longestName())).toList();
            return help.optionListExcludingGroups(shown);
        });
    }
}
