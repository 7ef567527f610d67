# Other programs and their tokens.

token-title = 程序令牌
token-lead = 其他程序凭令牌以您的身份使用接口，例如查重。请像密码一样保管；修改密码不会使令牌失效。
token-fresh = 令牌已生成。它只显示这一次，请现在复制保存：
token-made = { $date } 生成
token-used = 最近使用：{ $date }
token-never-used = 尚未使用
token-ends = { $date } 到期
token-ended = 已过期
token-never-ends = 长期有效
token-delete = 撤销
token-delete-label = 撤销令牌“{ $name }”
token-name = 名称
token-name-hint = 用在哪里，方便您日后辨认。
token-days = 有效期
token-days-count = { $count } 天
token-days-none = 长期有效
token-make = 生成令牌
token-bad-name = 名称要有 1 至 { $count } 个字。
token-too-many = 最多可有 { $count } 个令牌，请先撤销不用的。

error-token = 令牌缺失或无效。
error-token-help = 请在 Authorization 请求头中提供账号页生成的令牌；它可能已被撤销或已过期。
error-media-type = 不支持这种请求内容。
error-media-type-help = 请用表单上传文件，或发送纯文本、JSON。
