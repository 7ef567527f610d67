//! Words that carry nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a folded word says nothing about what a text is about (的, 关于,
/// the). Verbs and nouns of office prose (工作, 通知, 总结) are not stop words:
/// titles consist of them and people search by them.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word)
}

/// Whether a folded word is an English one of the kind.
pub(crate) fn is_english_stop_word(word: &str) -> bool {
    word.is_ascii() && STOP_WORDS.contains(word)
}

static STOP_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    CHINESE
        .split_whitespace()
        .chain(ENGLISH.split_whitespace())
        .collect()
});

const CHINESE: &str = "
的 了 和 与 及 或 在 是 有 为 以 于 对 中 等 不 也 都 而 从 到 由 被 把 让 向 往 按 就 还 又 并 但 且 则 之 其 所 者
这 那 此 该 各 每 某 本 我 你 他 她 它 您 咱 们 地 得 着 过 吗 呢 吧 啊 呀 嘛 哦 嗯 上 下 里 内 外 前 后 间 来 去
一 个 很 更 最 太 再 只 才 将 能 会 可 要 应 若 如 因 故 即 既 虽 却 乃 至 自 同 跟 给 比 使 令 叫 请 用 没 无 非
我们 你们 他们 她们 它们 咱们 自己 人家 大家 这个 那个 这些 那些 这样 那样 这里 那里 这种 那种 哪些 哪个 什么 怎么
怎样 如何 为何 为什么 多少 几个 一个 一些 一种 一样 一般 一直 一定 一切 所有 任何 各种 各个 其他 其它 其中 其余
之一 之间 之后 之前 之中 之内 之外 以上 以下 以内 以外 以后 以前 以及 以及其 以便 以致 因为 因此 因而 所以 于是
由于 关于 对于 至于 鉴于 基于 根据 按照 依照 依据 通过 经过 随着 为了 为着 除了 除非 除外 如果 假如 倘若 要是
即使 尽管 虽然 虽说 但是 可是 然而 不过 只是 而且 并且 或者 或是 还是 不仅 不但 不只 不论 无论 不管 只要 只有
既然 与其 宁可 例如 比如 譬如 诸如 等等 的话 似的 一旦 从而 进而 继而 而是 而言 就是 便是 即是 正是 也是 都是
是否 能否 可否 不是 没有 没 不能 不会 不要 不得 不可 不同 可以 可能 能够 应当 应该 应 必须 需要 须 有关 相关
非常 十分 特别 尤其 比较 更加 更为 最为 已经 曾经 正在 将要 刚刚 仍然 仍旧 依然 还有 另外 此外 同时 同样 首先
其次 再次 最后 然后 接着 总之 综上 上述 下列 如下 下面 上面 前面 后面 里面 外面 那么 这么 怎么样 的时候 时候
当时 当中 进行 予以 给予 加以 使得 作为 成为 属于 称为 包括 及其 与否 左右 上下 多么 许多 很多 不少 有些 有的
有时 有人 某些 某个 某种 本人 本身 各自 彼此 哪里 哪儿 谁 几 啥 它的 他的 我的 你的
";

const ENGLISH: &str = "
a about above after again against all also am an and any are as at be because been before being below between both but
by can cannot could did do does doing down during each few for from further had has have having he her here hers him
his how i if in into is it its itself just let may me might more most must my no nor not now of off on once one only
or other our ours out over own per same shall she should so some such than that the their theirs them then there these
they this those through to too under until up upon us very via was we were what when where whether which while who
whom whose why will with within without would you your yours
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_filler_from_substance() {
        for filler in ["的", "关于", "the", "of"] {
            assert!(is_stop_word(filler), "{filler}");
        }
        for word in ["工作", "总结", "通知", "文化厅", "library", "2023"] {
            assert!(!is_stop_word(word), "{word}");
        }
    }
}
