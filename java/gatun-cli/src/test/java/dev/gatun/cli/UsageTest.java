package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Support;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.train.TrainCommand;
import dev.gatun.graph.Precision;
import dev.gatun.op.Cast;
import dev.gatun.shape.TensorType;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            trian                                 | did you mean train?
            train --epohcs 3                      | there is no option '--epohcs'; did you mean --epochs?
            train --epohcs=3                      | there is no option '--epohcs'; did you mean --epochs?
            train --qwertyuiop                    | there is no option '--qwertyuiop'; see gatun train --help
            train --model lenett                  | 'lenett' is none of lenet, mlp, mobilenet_v2, resnet18, resnet20, resnet32, resnet34, resnet50, resnet56, seresnet18, seresnet50, vgg11_bn, vit_tiny, wrn16_2, wrn40_2; did you mean lenet?
            train --model unet                    | --model: unet classifies pixels, this command takes image classifiers only: train it from Java, as java/gatun/src/test/java/dev/gatun/examples/Segmentation.java does
            train --model style-transfer          | examples/ImageToImage.java does
            lab optimizers --model char_lstm      | examples/CharacterModel.java does
            summary --model unett                 | wrn40_2, unet, style_transfer, char_lstm; did you mean unet?
            train --color blue                    | 'blue' is none of auto, rgb, grey
            train --optimizer adma                | 'adma' is none of sgd, momentum, nesterov, averaged, entropic, p-norm
            train --schedule lineal               | invalid value for option --schedule: unknown schedule "lineal"; schedules:
            train --schedule step:sise=3          | unknown key "sise"; keys: size, gamma
            train --schedule cosine:warmup=99999  | a schedule does not fit a run of 939 steps: cosine schedule: warm-up of 99999 of
            train --schedule onecycle --warmup 5% | a schedule does not fit a run of 939 steps: a cycle warms up by itself
            train --warmup 2days                  | "2days" is no number of steps: write it as 500, as 5% of the run or as 2epochs
            train --schedule auto                 | --schedule: auto is for --momentum-schedule only
            train --weight-decay-schedule auto    | --weight-decay-schedule: auto is for --momentum-schedule only
            train --optimizer nesterov --momentum-schedule linear:start=1,end=0,total=5 | a schedule does not fit a run of 939 steps: the schedule of the momentum, linear:start=1,end=0,total=5, gives 0 at step 6 of 939: sgd: this variant needs a momentum above 0 and below 1, got 0
            train --momentum-schedule absolute:of=[linear:start=0.5,end=1,total=5] | gives 1 at step 6 of 939: adam: momentum must lie in [0, 1), got 1.0
            train --schedule exponential:gamma=2  | the schedule of the learning rate, exponential:gamma=2, gives 3.48449143727041E38 at step 138 of 939: adam: learning rate must be at least 0 and finite, got 3.48449143727041E38
            train --weight-decay-schedule exponential:gamma=3 | the schedule of the weight decay, exponential:gamma=3, gives
            train --momentum-schedule plateau     | --momentum-schedule: plateau is for --schedule only
            train --momentum-schedule step --optimizer adagrad | --momentum-schedule: adagrad has no momentum
            train --weight-decay-schedule step --weight-decay 0 | --weight-decay-schedule moves a weight decay, and there is none
            train --init kaiming                  | unknown initialisation "kaiming"; there are default, xavier-uniform
            train --zero-last-gamma               | --zero-last-gamma does not go with --model lenet, which has no residuals
            train --image-size 0                  | --image-size must be at least 1, got 0
            train --image-size 100000             | --image-size must be at most 4096, got 100000
            lab init --depth 1                    | --depth must be at least 2, got 1
            lab init --variances 1,0              | --variances: variances must be above 0 and finite, got [1.0, 0.0]
            summary mlp --model lenet             | two models are named, mlp and lenet: leave one out
            train --weights-part body             | --weights-part says what of --weights has to fit: add --weights FILE
            train --weights-part bodies           | 'bodies' is none of whole, body, matching
            export x                              | --output
            export x --output y --format pickle   | 'pickle' is none of safetensors, onnx
            lab optimizers --optimizers ,         | --optimizers names none: give one or more of sgd, momentum,
            train --augment cifra                 | did you mean cifar?
            train --precision f16 --loss-scale none | --loss-scale none does not go with --precision f16, in which small
            train --precision-exceptions 0        | --precision-exceptions name layers that compute in f32: add --precision bf16
            train --model mlp --precision bf16 --precision-exceptions fc,zz | no layer is named "fc", which should compute
            train --precision f23                 | 'f23' is none of f32, bf16, f16; did you mean f32?
            train --device gpu                    | 'gpu' is none of cpu, reference
            train --epochs 0                      | --epochs must be at least 1, got 0
            train --epochs -1                     | --epochs must be at least 1, got -1
            train --epochs abc                    | invalid value for option --epochs: 'abc' is not a whole number
            train --epochs                        | missing required parameter for option '--epochs'
            train --batch-size 0                  | --batch-size must be at least 1, got 0
            train --limit 0                       | --limit must be at least 1, got 0
            train --checkpoint-every 0            | --checkpoint-every must be at least 1, got 0
            train --lr NaN                        | --lr must be a number above 0, got NaN
            train --lr 0                          | --lr must be a number above 0, got 0.0
            train --lr -1                         | --lr must be a number above 0, got -1.0
            train --lr Infinity                   | --lr must be a number above 0, got Infinity
            train --weight-decay -1               | --weight-decay must be a number at least 0, got -1.0
            train --optimizer sgd --momentum 1    | --momentum must be a number at least 0 and below 1, got 1.0
            train --momentum 0.5                  | --momentum is for sgd, momentum, nesterov, averaged, rmsprop, tiger, lars, muon, not for adamw: leave it out, or add --optimizer sgd
            train --l1 -1                         | --l1 must be a number at least 0, got -1.0
            train --optimizer lamb --l1 1e-5      | --l1 does not go with --optimizer lamb, which has no L1 term: leave it out
            train --l1-method proximal            | --l1-method says how --l1 acts: add --l1 1e-5, or leave it out
            train --l1 1 --l1-method proximate    | 'proximate' is none of subgradient, proximal; did you mean proximal?
            train --clip-weight-norm 0            | --clip-weight-norm must be a number above 0, got 0.0
            train --clip-norm 1 --clip-weight-norm 1 | --clip-norm, --clip-tensor-norm, --clip-ratio and --clip-weight-norm do not go together: choose one
            train --optimizer rprop --weight-decay 1 | --weight-decay does not go with --optimizer rprop
            train --clip-norm 0                    | --clip-norm must be a number above 0, got 0.0
            train --clip-value -1                  | --clip-value must be a number above 0, got -1.0
            train --accumulate 0                   | --accumulate must be at least 1, got 0
            train --loss-scale big                 | "big" is no loss scale: write it as none, 1024, 1024,skips=20, dynamic or
            train --loss-scale 0                   | loss scale must be above 0 and finite in f32, got 0.0
            train --lookahead 5,2                  | look-ahead: steps must be at least 1 and the share in (0, 1], got 5 and 2.0
            train --sam wide                       | sharpness-aware minimisation: "wide" is not valid, write it as RADIUS or
            train --sam --accumulate 2             | --sam goes over one batch twice: leave out --accumulate, or --sam
            train --swa                            | missing required parameter for option '--swa' (EPOCH[,RATE])
            train --swa 0                          | stochastic weight averaging: the first epoch must be at least 1
            train --swa 6 --epochs 5               | --swa 6 begins after the last of 5 epochs: begin earlier, or raise --epochs
            train --swa 1 --ema 0.9                | --swa does not go with --ema, one average is evaluated: leave one out
            train --lookahead --ema 0.9            | --lookahead does not go with --ema: the weights move after they were averaged
            train --ema 1                          | --ema must be a number at least 0 and below 1, got 1.0
            train --threads 0                     | --threads must lie between 1 and 4096, got 0
            train --threads 100000                | --threads must lie between 1 and 4096, got 100000
            train --memory lots                   | 'lots' is no size; write it as 500m or 4g
            train --model lenet --stem small      | --stem does not go with --model lenet, which begins in one way only: leave it out
            summary --model wrn16_2 --stem small  | --stem does not go with --model wrn16_2, which begins in one way only
            summary --model resnet50 --stem standard --image 3x32x32 --batch-size 1 | --batch-size 1: batch_normalization: training needs more than one value per channel
            train --model resnet18 --stem standard --batch-size 1 | --batch-size 1: batch_normalization: training needs more than one value per channel
            train --model resnet18 --stem standard --limit 65 | --batch-size 64 leaves a last batch of 1 of 65 images: batch_normalization
            train surplus                         | unexpected 'surplus'
            train @no/such.args                   | there is no file no/such.args with options, as @no/such.args says; see gatun train --help
            evaluate                              | missing required parameter: 'RUN_OR_CHECKPOINT'
            evaluate x --batch-size 0             | --batch-size must be at least 1, got 0
            """)
    void saysInOneLineWhatIsWrong(String line, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "f16"})
    void refusesKnownPrecisionsWithTheReason(String precision) {
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1))) {
            Support support = device.supports(
                    new Cast(Precision.valueOf(precision.toUpperCase(Locale.ROOT)).dtype()),
                    List.of(TensorType.f32(3)));
            assumeThat(support).as("a processor without arithmetic in %s", precision).isInstanceOf(Support.No.class);
        }
        Cli cli = Cli.run("train --model mlp --limit 64 --precision " + precision);
        assertThat(cli.code()).isEqualTo(7);
        assertThat(cli.err()).contains("this processor has no arithmetic in " + precision)
                .endsWith("or allow emulation (--allow-emulation), which is slower\n");
    }

    @Test
    void refusesCudaWithReasonAndRemedy() {
        Cli cli = Cli.run("train --device cuda --limit 64");
        assertThat(cli.code()).isEqualTo(7);
        assertThat(cli.err()).startsWith("gatun: device cuda is not available: this version computes on the CPU only")
                .endsWith(": use --device cpu: CPU training works\n").hasLineCount(1);
    }

    @Test
    void showsUsageWhenNothingIsAsked() {
        Cli cli = Cli.run("");
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("Usage: gatun").contains("train").contains("evaluate").contains("doctor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "train --help", "evaluate --help", "profile --help", "summary --help",
            "doctor --help", "train --help-all", "help train", "help", "completion --help"})
    void explainsEveryCommand(String line) {
        Cli cli = Cli.run(line);
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out()).contains("Usage: gatun").contains("Examples:").doesNotContain("\u001b");
    }

    @Test
    void saysExitCodesOnce() {
        for (String line : List.of("--help", "help")) {
            for (ExitCode code : ExitCode.values()) {
                assertThat(Cli.run(line).out()).containsPattern("(?m)^ +" + code.number() + "  \\S");
            }
        }
        assertThat(Cli.run("train --help-all").out()).doesNotContain("Exit codes:");
    }

    @Test
    void helpOfTrainIsShortAndNamesTheLongOne() {
        String brief = Cli.run("train --help").out();
        assertThat(brief).contains("--epochs", "--optimizer", "--help-all").doesNotContain("--clip-norm", "--sam");
        assertThat(brief.lines().count()).isLessThan(75);
        String whole = Cli.run("train --help-all").out();
        assertThat(whole).contains("--clip-norm", "--sam", "--epochs", "Schedules");
        assertThat(TrainCommand.ESSENTIAL).allSatisfy(option -> assertThat(brief).contains(option));
    }

    @Test
    void completesInAShell() throws Exception {
        Cli cli = Cli.run("completion");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("complete -F", "--clip-norm", "doctor");
        Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (OutputStream in = bash.getOutputStream()) {
            in.write(cli.out().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
        assertThat(bash.waitFor()).isZero();
    }

    @Test
    void showsEveryModelsDefaults() {
        assertThat(Cli.run("train --help-all").out())
                .contains(List.of("gatun models", "lenet        adamw, learning rate",
                "resnet18     nesterov, learning rate"));
    }

    @Test
    void usesColourOnATerminalOnly() {
        assertThat(Cli.run(new String[] {"--help"}, 80).out()).contains("\u001b[");
        assertThat(Cli.run(new String[] {"--help"}, 0).out()).doesNotContain("\u001b[");
    }

    @Test
    void namesItsVersion() {
        Cli cli = Cli.run("--version");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).startsWith("gatun ").contains(", Java 25");
    }
}
