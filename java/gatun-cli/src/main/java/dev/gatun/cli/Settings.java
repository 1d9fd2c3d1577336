package dev.gatun.cli;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.cli.compress.ChannelImportance;
import dev.gatun.cli.compress.PruningScope;
import dev.gatun.cli.export.ExportFormat;
import dev.gatun.cli.launch.LaunchCommand;
import dev.gatun.cli.option.Augment;
import dev.gatun.cli.option.CheckpointOption.RunCheckpoint;
import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.MemorySize;
import dev.gatun.cli.option.RankOptions.RateScaling;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.option.ShortHelp;
import dev.gatun.cli.option.TextShape;
import dev.gatun.cli.run.RunTeacher;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.ScheduleFlags;
import dev.gatun.cli.train.SeedList;
import dev.gatun.cli.train.TrainCommand;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.compress.weights.WeightQuantizer;
import dev.gatun.compress.quantize.Observer;
import dev.gatun.data.ColorMode;
import dev.gatun.data.Validation;
import dev.gatun.dist.TransportChoice;
import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.dist.codec.GradientCompressionText;
import dev.gatun.graph.Precision;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.nn.init.Initialization;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.monitor.Monitor;
import dev.gatun.train.parallel.Synchronization;
import dev.gatun.train.task.ClassWeights;
import dev.gatun.train.task.ClassificationOptions.Sampling;
import dev.gatun.train.tune.ParameterRule;
import dev.gatun.update.L1;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.OptimizerPreset;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine;

/** How all commands parse and show their help. */
final class Settings {
    private Settings() {}

    static void apply(CommandLine commands, Output output, boolean wholeHelp) {
        commands.registerConverter(OptimizerPreset.class, Choices.named(UpdateRules.names(), UpdateRules::named));
        commands.registerConverter(Distillation.class, Choices.parsed(Distillation::parse));
        commands.registerConverter(RunTeacher.class, Choices.parsed(RunTeacher::parse));
        commands.registerConverter(Augment.class, Choices.parsed(Augment::parse));
        commands.registerConverter(Precision.class, Choices.converter(Precision.class));
        commands.registerConverter(ConvolutionMethod.class, Choices.converter(ConvolutionMethod.class));
        commands.registerConverter(ColorMode.class, Choices.converter(ColorMode.class));
        commands.registerConverter(Stem.class, Choices.converter(Stem.class));
        commands.registerConverter(Initialization.class, Choices.parsed(Initialization::parse));
        commands.registerConverter(WeightsPart.class, Choices.converter(WeightsPart.class));
        commands.registerConverter(ExportFormat.class, Choices.converter(ExportFormat.class));
        commands.registerConverter(LossScaling.class, Choices.parsed(LossScaling::parse));
        commands.registerConverter(Validation.class, Choices.parsed(Validation::parse));
        commands.registerConverter(EarlyStopping.class, Choices.parsed(EarlyStopping::parse));
        commands.registerConverter(ParameterRule.class, Choices.parsed(ParameterRule::parse));
        commands.registerConverter(ClassWeights.class, Choices.parsed(ClassWeights::parse));
        commands.registerConverter(Sampling.class, Choices.converter(Sampling.class));
        commands.registerConverter(SeedList.class, Choices.parsed(SeedList::parse));
        commands.registerConverter(Monitor.class, Choices.converter(Monitor.class));
        commands.registerConverter(RunCheckpoint.class, Choices.converter(RunCheckpoint.class));
        commands.registerConverter(SparsityOptions.class, Choices.parsed(SparsityOptions::parse));
        commands.registerConverter(WeightQuantizer.class, Choices.parsed(WeightQuantizer::parse));
        commands.registerConverter(BatchGrowth.class, Choices.parsed(BatchGrowth::parse));
        commands.registerConverter(Lookahead.class, Choices.parsed(Lookahead::parse));
        commands.registerConverter(SharpnessAware.class, Choices.parsed(SharpnessAware::parse));
        commands.registerConverter(StochasticAverage.class, Choices.parsed(StochasticAverage::parse));
        commands.registerConverter(RunSchedule.class, Choices.parsed(RunSchedule::parse));
        commands.registerConverter(StepCount.class, Choices.parsed(StepCount::parse));
        commands.registerConverter(L1.class, Choices.converter(L1.class));
        commands.registerConverter(StateStorage.class, Choices.converter(StateStorage.class));
        commands.registerConverter(WeightStorage.Format.class, Choices.converter(WeightStorage.Format.class));
        commands.registerConverter(ImageShape.class, Choices.parsed(ImageShape::parse));
        commands.registerConverter(TextShape.class, Choices.parsed(TextShape::parse));
        commands.registerConverter(ChannelImportance.class, Choices.converter(ChannelImportance.class));
        commands.registerConverter(Observer.class, Choices.converter(Observer.class));
        commands.registerConverter(PruningScope.class, Choices.converter(PruningScope.class));
        commands.registerConverter(Synchronization.class, Choices.parsed(Synchronization::parse));
        commands.registerConverter(GradientCompression.class, Choices.parsed(GradientCompressionText::parse));
        commands.registerConverter(TransportChoice.class, Choices.converter(TransportChoice.class));
        commands.registerConverter(RateScaling.class, Choices.converter(RateScaling.class));
        commands.registerConverter(MemorySize.class, Choices.parsed(MemorySize::parse));
        commands.setUsageHelpWidth(output.textWidth());
        commands.setUsageHelpAutoWidth(false);
        commands.setColorScheme(Help.defaultColorScheme(colours(output)));
        commands.setParameterExceptionHandler((failure, _) -> {
            output.err().println("gatun: " + UsageErrors.message(failure));
            return ExitCode.USAGE.number();
        });
        commands.setExecutionExceptionHandler((failure, _, parsed) ->
                Failures.report(failure, parsed.subcommands().stream()
                        .anyMatch(each -> each.hasMatchedOption(CommonOptions.TRACE)), output.err()).number());
        commands.getSubcommands().values().forEach(Settings::formerName);
        footer(commands, ExitCode.help());
        // What follows the command that it starts is that command's.
        Objects.requireNonNull(commands.getSubcommands().get(LaunchCommand.NAME)).setStopAtPositional(true);
        CommandLine train = Objects.requireNonNull(commands.getSubcommands().get(TrainCommand.NAME));
        if (wholeHelp) {
            footer(train, ScheduleFlags.help());
            footer(train, Augment.help());
            footer(train, Recipe.help(Models.names()));
        } else {
            ShortHelp.apply(train, TrainCommand.ESSENTIAL);
            footer(train, List.of("", "\"gatun train " + ShortHelp.ALL
                    + "\" explains the other options, schedules, and the defaults of each model."));
        }
    }

    /** Takes an option for a folder under its former name too, which no help shows. */
    private static void formerName(CommandLine command) {
        OptionSpec output = command.getCommandSpec().findOption("--output");
        if (output != null && output.paramLabel().equals("FOLDER")) {
            command.getCommandSpec().addOption(output.toBuilder().names("--out").hidden(true).build());
        }
        command.getSubcommands().values().forEach(Settings::formerName);
    }

    private static Help.Ansi colours(Output output) {
        return output.isTerminal() && Objects.requireNonNullElse(System.getenv("NO_COLOR"), "").isEmpty()
                ? Help.Ansi.ON : Help.Ansi.OFF;
    }

    private static void footer(CommandLine command, List<String> more) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        List<String> lines = new ArrayList<>(List.of(usage.footer()));
        // Percent signs begin a format and @ begins a style in picocli's texts: these lines have none, or two.
        lines.addAll(more);
        usage.footer(lines.toArray(String[]::new));
    }
}
