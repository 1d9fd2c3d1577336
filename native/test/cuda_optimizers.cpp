// The CUDA kernels on a GPU: the checks of cuda_checks.h, then a table of GB/s beside a device-to-device copy.
//
//   cuda_optimizers <gatun.fatbin>      exit status 0, 1 where a result differs, 77 where there is no device
//
// Needs the driver only, and starts without it.
#define GATUN_TEST_OWN_MAIN
#include "cuda_checks.h"
#include "cuda_driver.h"

static Driver &driver()
{
    static Driver only;
    return only;
}

Device &device()
{
    return driver();
}

// A network's slab: tensors of one group, each with two small ones of the other.
static Layout network(int64_t elements)
{
    constexpr int64_t layers = 53;
    constexpr int64_t small = 256;
    Layout layout = {elements, {}};
    for (int64_t i = 0; i < layers; ++i) {
        const int64_t begin = elements / layers / 16 * 16 * i;
        const int64_t end = i == layers - 1 ? elements : elements / layers / 16 * 16 * (i + 1);
        layout.ranges.push_back({begin, end - 2 * small, 0});
        layout.ranges.push_back({end - 2 * small, end - small, 1});
        layout.ranges.push_back({end - small, end, 1});
    }
    return layout;
}

static double copy_rate = 0.0;

// One row; bytes: read and written per element.
static double print_rate(const char *name, double bytes, int64_t elements, const std::function<void()> &work)
{
    const double time = driver().milliseconds(work);
    const double rate = bytes * static_cast<double>(elements) / 1e6 / time;
    copy_rate = copy_rate == 0.0 ? rate : copy_rate;
    printf("%-28s %8.2f %9.4f %8.0f %8.2f\n", name, bytes, time, rate, rate / copy_rate);
    return rate;
}

static double bytes_of(const Subject &subject)
{
    const std::string rule = gatun_rule_name(subject.rule);
    return rule == "lamb" ? 40.0 : rule == "lars" ? 28.0 : 12.0 + 8.0 * subject.states();
}

static void print_steps(const Layout &layout, const DeviceSlabs &slabs)
{
    for (const Subject &subject : subjects()) {
        DeviceStep step(subject, layout);
        const int64_t blocks = driver().resident_blocks((std::string("gatun_cuda_update_")
            + gatun_rule_name(subject.rule)).c_str());
        const auto row = [&](const std::string &name, double bytes, const Step &numbers, float *parameters) {
            step.run(numbers, parameters, slabs, blocks);
            print_rate(name.c_str(), bytes, layout.elements, [&] { step.launch(numbers, parameters, slabs, blocks); });
        };
        const double bytes = bytes_of(subject);
        const Step plain = {10, 1.0};  // past what some rules do differently in their first steps
        row(subject.name, bytes, plain, slabs.parameters.data());
        if (strcmp(subject.name, "adamw") == 0) {
            Step numbers = plain;
            numbers.bf16_weights = slabs.shadow.data();
            row("adamw, bf16 alone", bytes - 4.0, numbers, nullptr);
            numbers.bf16_rounding = 1;
            row("adamw, bf16 alone, stochastic", bytes - 4.0, numbers, nullptr);
            numbers.clip_value = 1.0;
            numbers.average_decay = 0.999;
            numbers.average = slabs.ema.data();
            row("adamw, all outputs", bytes + 10.0, numbers, slabs.parameters.data());
        }
    }
}

static void print_others(const Layout &layout, const DeviceSlabs &slabs)
{
    const int64_t elements = layout.elements;
    const int64_t range_count = static_cast<int64_t>(layout.ranges.size());
    const DeviceSlab<gatun_range> ranges(layout.ranges);
    const DeviceSlab<gatun_step> step({gatun_step{10, 1.0}});
    const auto blocks = [](const char *kernel) { return driver().resident_blocks(kernel); };

    const gatun_adam_group adam = {.001, .9, .999, 1e-8, .01, 0, 0, 1};
    const gatun_lion_group lion = {.001, .9, .99, .01};
    const DeviceSlab<gatun_adam_group> adam_groups({adam, adam});
    const DeviceSlab<gatun_lion_group> lion_groups({lion, lion});
    const CodedSlab first(elements, 0), second(elements, 0);
    const double scale_bytes = 8.0 / GATUN_STATE_BLOCK;
    Arguments adam_step(step.data(), adam_groups.data(), int64_t{2}, ranges.data(), range_count,
                        no_doubles, elements, slabs.parameters.data(), slabs.gradients.data(),
                        first.device_codes.data(), first.device_scales.data(), second.device_codes.data(),
                        second.device_scales.data(), no_floats, no_bf16);
    const int64_t adam_blocks = blocks("gatun_cuda_update_8bit_adam");
    print_rate("adamw, 8-bit states", 16.0 + 2.0 * scale_bytes, elements,
               [&] { adam_step.launch("gatun_cuda_update_8bit_adam", adam_blocks); });
    Arguments lion_step(step.data(), lion_groups.data(), int64_t{2}, ranges.data(), range_count,
                        no_doubles, elements, slabs.parameters.data(), slabs.gradients.data(),
                        first.device_codes.data(), first.device_scales.data(), no_codes, no_floats, no_floats,
                        no_bf16);
    const int64_t lion_blocks = blocks("gatun_cuda_update_8bit_lion");
    print_rate("lion, 8-bit state", 14.0 + scale_bytes, elements,
               [&] { lion_step.launch("gatun_cuda_update_8bit_lion", lion_blocks); });

    const DeviceSlab<gatun_cuda_cell> cells{std::vector<gatun_cuda_cell>(static_cast<size_t>(elements / cell + 1))};
    const DeviceSlab<gatun_cuda_clipping> clipping({{1.0, 0.0}});
    const DeviceSlab<double> number({0.0});
    const DeviceSlab<int64_t> index({0});
    Arguments measure(ranges.data(), range_count, elements, static_cast<float *>(nullptr), slabs.gradients.data(),
                      cells.data(), static_cast<gatun_cuda_piece *>(nullptr));
    Arguments finish(step.data(), clipping.data(), elements, cells.data(), number.data(), index.data());
    const int64_t measure_blocks = blocks("gatun_cuda_measure");
    print_rate("norm of the gradients", 4.0, elements, [&] {
        measure.launch("gatun_cuda_measure", measure_blocks);
        finish.launch("gatun_cuda_finish_norm", 1);
    });

    Arguments lookahead(elements, 0.5, slabs.parameters.data(), slabs.first.data());
    const int64_t lookahead_blocks = blocks("gatun_cuda_lookahead");
    print_rate("lookahead", 16.0, elements, [&] { lookahead.launch("gatun_cuda_lookahead", lookahead_blocks); });
    const int64_t perturb_blocks = blocks("gatun_cuda_perturb");
    print_rate("perturb", 16.0, elements, [&] {
        launch("gatun_cuda_perturb", perturb_blocks, ranges.data(), range_count, elements, number.data(), int32_t{0},
               slabs.parameters.data(), slabs.gradients.data(), slabs.first.data());
    });
}

static void print_table(int64_t elements)
{
    const Layout layout = network(elements);
    const HostSlabs host(elements, false);
    const DeviceSlabs slabs(host, 0);
    printf("\n%lld elements\n%-28s %8s %9s %8s %8s\n", static_cast<long long>(elements), "", "B/elem", "ms", "GB/s",
           "of copy");
    // As many bytes as Adam moves, so that neither is helped by a cache that holds a part.
    const size_t bytes = 14 * static_cast<size_t>(elements);
    const DeviceSlab<unsigned char> from{std::vector<unsigned char>(bytes)}, to{std::vector<unsigned char>(bytes)};
    copy_rate = 0.0;
    print_rate("copy", 28.0, elements, [&] { driver().copy(to.data(), from.data(), bytes); });
    print_steps(layout, slabs);
    print_others(layout, slabs);
}

int main(int count, char **arguments)
{
    constexpr int no_device = 77;
    if (count != 2) {
        fprintf(stderr, "cuda_optimizers <gatun.fatbin>\n");
        return 2;
    }
    if (!driver().open()) {
        printf("no device\n");
        return no_device;
    }
    driver().load(arguments[1]);
    driver().print_name();
    const int status = check::run();
    printf(status == 0 ? "every result is the CPU's\n" : "results DIFFER from the CPU's\n");
    print_table(11200000);
    print_table(25600000);
    return status;
}
