// One thread's run of a step of each optimizer.
#include "cpu/pass.h"

namespace gatun {
namespace GATUN_ISA {

// Not lambdas in the kernels: their instances would be weak symbols.
template <typename Constants>
struct UpdateVariant {
    const Constants &c;
    const Run &run;

    template <typename Rule, int... states>
    __attribute__((always_inline)) void operator()(Variant<Rule, states...>) const
    {
        update<Rule>(c, run, run.states[states]...);
    }
};

template <typename Constants>
struct MeasureVariant {
    const Constants &c;
    const Run &run;
    double *sums;

    template <typename Rule, int... states>
    __attribute__((always_inline)) void operator()(Variant<Rule, states...>) const
    {
        measure<Rule>(c, run, sums, run.states[states]...);
    }
};

#define GATUN_ELEMENTWISE(id, Rule)                                         \
    void id(const Rule::Constants<float> &c, const Run &run)                \
    {                                                                       \
        Rule::choose<Rule>(c, UpdateVariant<Rule::Constants<float>>{c, run}); \
    }
#define GATUN_LAYERWISE(id, Rule)                                                          \
    void id(const Rule::Constants<float> &c, const Run &run)                               \
    {                                                                                      \
        Rule::choose<Rule>(c, UpdateVariant<Rule::Constants<float>>{c, run});              \
    }                                                                                      \
    void id##_norms(const Rule::Constants<float> &c, const Run &run, double sums[2])       \
    {                                                                                      \
        MeasureVariant<Rule::Constants<float>>{c, run, sums}(Rule::Measured());            \
    }
#include "common/rules.def"

}  // namespace GATUN_ISA
}  // namespace gatun
