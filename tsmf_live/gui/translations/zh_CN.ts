<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>@default</name>
    <message>
      <source>Begin</source>
      <translation>开始</translation>
    </message>
    <message>
      <source>Remove the annotation here (Delete)</source>
      <translation>删除此处的标注 (Delete)</translation>
    </message>
    <message>
      <source>label</source>
      <translation>标签</translation>
    </message>
    <message>
      <source>Only recorded sessions can be annotated</source>
      <translation>只能标注录制的会话</translation>
    </message>
    <message>
      <source>No event was predicted at this place.</source>
      <translation>此处没有预测的事件。</translation>
    </message>
    <message>
      <source>There is no annotation at this place.</source>
      <translation>此处没有标注。</translation>
    </message>
    <message>
      <source>predicted</source>
      <translation>预测</translation>
    </message>
    <message>
      <source>annotated</source>
      <translation>标注</translation>
    </message>
    <message>
      <source>End</source>
      <translation>结束</translation>
    </message>
    <message>
      <source>Esc: no segment · label: {names}</source>
      <translation>Esc：取消片段 · 标签：{names}</translation>
    </message>
    <message>
      <source>waiting for the sensor's first frame</source>
      <translation>等待传感器的第一帧</translation>
    </message>
    <message>
      <source>no frame from the sensor for a second</source>
      <translation>传感器一秒没有数据</translation>
    </message>
    <message>
      <source>the sensor is not there: check its power supply and the USB 3 cable</source>
      <translation>找不到传感器：请检查电源和 USB 3 线</translation>
    </message>
    <message>
      <source>opening the sensor again</source>
      <translation>正在重新打开传感器</translation>
    </message>
    <message>
      <source>dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can</source>
      <translation>光线暗：传感器每秒 15 帧（骨架仍为 30）；请尽量开灯</translation>
    </message>
    <message>
      <source>Put this line away; it stays in the log</source>
      <translation>收起这一行；日志中仍会保留</translation>
    </message>
    <message>
      <source>stopped by an error</source>
      <translation>因错误而停止</translation>
    </message>
    <message>
      <source>recording ended</source>
      <translation>录制内容已播完</translation>
    </message>
    <message>
      <source>(and {count} more)</source>
      <translation>（另有 {count} 条）</translation>
    </message>
    <message>
      <source>Recordings</source>
      <translation>录制文件</translation>
    </message>
    <message>
      <source>Recorded sessions</source>
      <translation>录制的会话</translation>
    </message>
    <message>
      <source>NTU RGB+D skeletons</source>
      <translation>NTU RGB+D 骨架</translation>
    </message>
    <message>
      <source>PKU-MMD skeletons</source>
      <translation>PKU-MMD 骨架</translation>
    </message>
    <message>
      <source>Open a recording: its session.json, .skeleton or .txt</source>
      <translation>打开录制文件：session.json、.skeleton 或 .txt</translation>
    </message>
    <message>
      <source>Open the folder of a recorded session</source>
      <translation>打开录制会话的文件夹</translation>
    </message>
    <message>
      <source>Checkpoints</source>
      <translation>权重文件</translation>
    </message>
    <message>
      <source>Choose weights</source>
      <translation>选择权重</translation>
    </message>
    <message>
      <source>no prediction</source>
      <translation>没有预测</translation>
    </message>
    <message>
      <source>nobody in view</source>
      <translation>画面中没有人</translation>
    </message>
    <message>
      <source>nobody in view that can be a person</source>
      <translation>画面中没有可视为人的对象</translation>
    </message>
    <message>
      <source>{n} · not taken for a person</source>
      <translation>{n} · 不视为人</translation>
    </message>
    <message>
      <source>watching …</source>
      <translation>观察中…</translation>
    </message>
    <message>
      <source>nothing happening</source>
      <translation>没有动作</translation>
    </message>
    <message>
      <source>{letter}: no moment chosen</source>
      <translation>{letter}：未选择时刻</translation>
    </message>
    <message>
      <source>not chosen yet</source>
      <translation>尚未选择</translation>
    </message>
    <message>
      <source>How far back</source>
      <translation>回看多久</translation>
    </message>
    <message>
      <source>{n} s</source>
      <translation>{n} 秒</translation>
    </message>
    <message>
      <source>Scores over time</source>
      <translation>得分随时间变化</translation>
    </message>
    <message>
      <source>teacher</source>
      <translation>教师</translation>
    </message>
    <message>
      <source>student</source>
      <translation>学生</translation>
    </message>
    <message>
      <source>click or 1 to 6: focus on a person · F freeze · R record · F11 demo · F1 help</source>
      <translation>点击或按 1 到 6：关注某人 · F 定格 · R 录制 · F11 演示 · F1 帮助</translation>
    </message>
    <message>
      <source>starting …</source>
      <translation>正在启动…</translation>
    </message>
    <message>
      <source>Scores</source>
      <translation>得分</translation>
    </message>
    <message>
      <source>Attention</source>
      <translation>注意力</translation>
    </message>
    <message>
      <source>Recording</source>
      <translation>录制</translation>
    </message>
    <message>
      <source>Last minute</source>
      <translation>最近一分钟</translation>
    </message>
    <message>
      <source>The last ten seconds: drag, or the arrow keys</source>
      <translation>最近十秒：拖动或用方向键</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>取消</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>已停止</translation>
    </message>
    <message>
      <source>nothing was read</source>
      <translation>未读到任何内容</translation>
    </message>
    <message>
      <source>● REC {clock} · take {take}</source>
      <translation>● 录制 {clock} · 第 {take} 条</translation>
    </message>
    <message>
      <source>source: {name}</source>
      <translation>来源：{name}</translation>
    </message>
    <message>
      <source>focus: person {number} (0: automatic)</source>
      <translation>关注：第 {number} 人（0：自动）</translation>
    </message>
    <message>
      <source>focus: automatic</source>
      <translation>关注：自动</translation>
    </message>
    <message>
      <source>capture</source>
      <translation>采集</translation>
    </message>
    <message>
      <source>Reads the sensor or the recording. The Kinect gives 30 pictures a second, 15 in dim light.</source>
      <translation>读取传感器或录制文件。Kinect 每秒 30 帧，光线暗时 15 帧。</translation>
    </message>
    <message>
      <source>Below 28 Hz: put on a light, use a USB 3 port of its own, close other programs.</source>
      <translation>低于 28 Hz：请开灯、使用独立的 USB 3 端口、关闭其他程序。</translation>
    </message>
    <message>
      <source>pose</source>
      <translation>姿态</translation>
    </message>
    <message>
      <source>Keeps the people apart and cuts out head, hands and feet.</source>
      <translation>区分各个人，并裁出头、手和脚。</translation>
    </message>
    <message>
      <source>Lost frames: the PC is too busy; close other programs.</source>
      <translation>有丢帧：电脑太忙，请关闭其他程序。</translation>
    </message>
    <message>
      <source>inference</source>
      <translation>推理</translation>
    </message>
    <message>
      <source>The two networks. Lost: moments left out because the networks were still busy.</source>
      <translation>两个网络。丢失：网络仍在计算而跳过的时刻。</translation>
    </message>
    <message>
      <source>record</source>
      <translation>录制</translation>
    </message>
    <message>
      <source>Writes the take to disk. Lost: frames that are missing in the take.</source>
      <translation>把录制写入磁盘。丢失：录制中缺少的帧。</translation>
    </message>
    <message>
      <source>Anything lost: record to an internal disk, free some space, close other programs.</source>
      <translation>有丢失：请录到内置硬盘、腾出空间、关闭其他程序。</translation>
    </message>
    <message>
      <source>display</source>
      <translation>显示</translation>
    </message>
    <message>
      <source>This window. The time is what painting one picture costs.</source>
      <translation>本窗口。时间为绘制一帧的开销。</translation>
    </message>
    <message>
      <source>Below 20 Hz: make the window smaller. Nothing else waits for it.</source>
      <translation>低于 20 Hz：请缩小窗口。其他环节不会等待它。</translation>
    </message>
    <message>
      <source>total latency</source>
      <translation>总延迟</translation>
    </message>
    <message>
      <source>From the sensor's frame to the finished prediction.</source>
      <translation>从传感器帧到预测完成。</translation>
    </message>
    <message>
      <source>Above 300 ms: see inference.</source>
      <translation>高于 300 毫秒：见“推理”。</translation>
    </message>
    <message>
      <source>pictures {count}</source>
      <translation>画面 {count}</translation>
    </message>
    <message>
      <source>no prediction yet</source>
      <translation>尚无预测</translation>
    </message>
    <message>
      <source>frame to prediction</source>
      <translation>从帧到预测</translation>
    </message>
    <message>
      <source>now {now} · p95 {p95}</source>
      <translation>当前 {now} · p95 {p95}</translation>
    </message>
    <message>
      <source>{joint}, {ago}: nothing was predicted of this person</source>
      <translation>{joint}，{ago}：此人没有预测</translation>
    </message>
    <message>
      <source>now</source>
      <translation>现在</translation>
    </message>
    <message>
      <source>then</source>
      <translation>当时</translation>
    </message>
    <message>
      <source>attention</source>
      <translation>注意力</translation>
    </message>
    <message>
      <source>gap</source>
      <translation>空缺</translation>
    </message>
    <message>
      <source>Not a medical device and not an alarm</source>
      <translation>非医疗器械，亦非报警装置</translation>
    </message>
    <message>
      <source>The sensor or the recording is being opened.</source>
      <translation>正在打开传感器或录制文件。</translation>
    </message>
    <message>
      <source>The sensor tracks nobody. It needs people upright, 0.5 to 4.5 m away.</source>
      <translation>传感器没有跟踪到人。人需直立，距离 0.5 到 4.5 米。</translation>
    </message>
    <message>
      <source>Somebody is there; less than a second of them was seen so far.</source>
      <translation>有人出现；到目前为止看到的还不足一秒。</translation>
    </message>
    <message>
      <source>Somebody is there and does none of the actions it knows.</source>
      <translation>有人，但没有做它认识的动作。</translation>
    </message>
    <message>
      <source>Something failed; the red line says what, and what to do.</source>
      <translation>出现故障；红色行说明原因和处理办法。</translation>
    </message>
    <message>
      <source>click on a person</source>
      <translation>点击某人</translation>
    </message>
    <message>
      <source>focus on that person</source>
      <translation>关注此人</translation>
    </message>
    <message>
      <source>wheel, drag, double click</source>
      <translation>滚轮、拖动、双击</translation>
    </message>
    <message>
      <source>zoom, move, fit</source>
      <translation>缩放、移动、适合窗口</translation>
    </message>
    <message>
      <source>drop a file or folder</source>
      <translation>拖入文件或文件夹</translation>
    </message>
    <message>
      <source>open the recording or the weights</source>
      <translation>打开录制文件或权重</translation>
    </message>
    <message>
      <source>Mouse</source>
      <translation>鼠标</translation>
    </message>
    <message>
      <source>What the large line says</source>
      <translation>大字的含义</translation>
    </message>
    <message>
      <source>Large, bright joints are the ones the model attends to; rings are joints the sensor guesses.</source>
      <translation>大而亮的关节是模型关注的；圆环是传感器推测的关节。</translation>
    </message>
    <message>
      <source>Warnings and errors are kept in {path}</source>
      <translation>警告和错误保存在 {path}</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>帮助</translation>
    </message>
    <message>
      <source>Live action recognition with a depth sensor: a skeleton teacher whose attention guides a picture student.</source>
      <translation>用深度传感器实时识别动作：骨架教师网络的注意力引导图像学生网络。</translation>
    </message>
    <message>
      <source>The model is TSMF (Yu, Liu, Chan, AAAI 2021).</source>
      <translation>模型为 TSMF（Yu, Liu, Chan, AAAI 2021）。</translation>
    </message>
    <message>
      <source>It must not be used to diagnose, to treat, to monitor patients, or to call for help.</source>
      <translation>不得用于诊断、治疗、监护病人或呼救。</translation>
    </message>
    <message>
      <source>About</source>
      <translation>关于</translation>
    </message>
    <message>
      <source>Freeze</source>
      <translation>定格</translation>
    </message>
    <message>
      <source>Mark A</source>
      <translation>标记 A</translation>
    </message>
    <message>
      <source>Mark B</source>
      <translation>标记 B</translation>
    </message>
    <message>
      <source>Compare A | B</source>
      <translation>比较 A | B</translation>
    </message>
    <message>
      <source>Save picture …</source>
      <translation>保存图片…</translation>
    </message>
    <message>
      <source>Save values …</source>
      <translation>保存数值…</translation>
    </message>
    <message>
      <source>Save video …</source>
      <translation>保存视频…</translation>
    </message>
    <message>
      <source>The last ten seconds, or from A to B, at ten pictures a second</source>
      <translation>最近十秒，或从 A 到 B，每秒十帧</translation>
    </message>
    <message>
      <source>nothing has been predicted yet</source>
      <translation>尚无预测</translation>
    </message>
    <message>
      <source>no picture is kept yet</source>
      <translation>尚未保留画面</translation>
    </message>
    <message>
      <source>only the last ten seconds can be looked at</source>
      <translation>只能查看最近十秒</translation>
    </message>
    <message>
      <source>FROZEN at {time} · capture and recording go on</source>
      <translation>定格于 {time} · 采集和录制继续</translation>
    </message>
    <message>
      <source>{letter} is {time}</source>
      <translation>{letter} 为 {time}</translation>
    </message>
    <message>
      <source>a video is being saved already</source>
      <translation>正在保存另一个视频</translation>
    </message>
    <message>
      <source>nothing predicted yet</source>
      <translation>尚无预测</translation>
    </message>
    <message>
      <source>person {n}</source>
      <translation>第 {n} 人</translation>
    </message>
    <message>
      <source>person {n} is not in view</source>
      <translation>第 {n} 人不在画面中</translation>
    </message>
    <message>
      <source>Attention: {who}</source>
      <translation>注意力：{who}</translation>
    </message>
    <message>
      <source>head</source>
      <translation>头</translation>
    </message>
    <message>
      <source>neck</source>
      <translation>颈</translation>
    </message>
    <message>
      <source>upper spine</source>
      <translation>上脊柱</translation>
    </message>
    <message>
      <source>middle spine</source>
      <translation>中脊柱</translation>
    </message>
    <message>
      <source>lower spine</source>
      <translation>下脊柱</translation>
    </message>
    <message>
      <source>left shoulder</source>
      <translation>左肩</translation>
    </message>
    <message>
      <source>left elbow</source>
      <translation>左肘</translation>
    </message>
    <message>
      <source>left wrist</source>
      <translation>左腕</translation>
    </message>
    <message>
      <source>left hand</source>
      <translation>左手</translation>
    </message>
    <message>
      <source>left hand tip</source>
      <translation>左指尖</translation>
    </message>
    <message>
      <source>left thumb</source>
      <translation>左拇指</translation>
    </message>
    <message>
      <source>right shoulder</source>
      <translation>右肩</translation>
    </message>
    <message>
      <source>right elbow</source>
      <translation>右肘</translation>
    </message>
    <message>
      <source>right wrist</source>
      <translation>右腕</translation>
    </message>
    <message>
      <source>right hand</source>
      <translation>右手</translation>
    </message>
    <message>
      <source>right hand tip</source>
      <translation>右指尖</translation>
    </message>
    <message>
      <source>right thumb</source>
      <translation>右拇指</translation>
    </message>
    <message>
      <source>left hip</source>
      <translation>左髋</translation>
    </message>
    <message>
      <source>left knee</source>
      <translation>左膝</translation>
    </message>
    <message>
      <source>left ankle</source>
      <translation>左踝</translation>
    </message>
    <message>
      <source>left foot</source>
      <translation>左脚</translation>
    </message>
    <message>
      <source>right hip</source>
      <translation>右髋</translation>
    </message>
    <message>
      <source>right knee</source>
      <translation>右膝</translation>
    </message>
    <message>
      <source>right ankle</source>
      <translation>右踝</translation>
    </message>
    <message>
      <source>right foot</source>
      <translation>右脚</translation>
    </message>
    <message>
      <source>no colour picture</source>
      <translation>没有彩色画面</translation>
    </message>
    <message>
      <source>&amp;Record</source>
      <translation>录制(&amp;R)</translation>
    </message>
    <message>
      <source>Begin or finish a take</source>
      <translation>开始或结束一条录制</translation>
    </message>
    <message>
      <source>Discard the take and use its number again …</source>
      <translation>丢弃这条录制并重用编号…</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>帮助(&amp;H)</translation>
    </message>
    <message>
      <source>Keys, states, log file</source>
      <translation>按键、状态、日志文件</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>文件(&amp;F)</translation>
    </message>
    <message>
      <source>Open a recording …</source>
      <translation>打开录制文件…</translation>
    </message>
    <message>
      <source>Open a session folder …</source>
      <translation>打开会话文件夹…</translation>
    </message>
    <message>
      <source>Simulated people</source>
      <translation>模拟的人</translation>
    </message>
    <message>
      <source>Recent sources</source>
      <translation>最近的来源</translation>
    </message>
    <message>
      <source>Choose weights …</source>
      <translation>选择权重…</translation>
    </message>
    <message>
      <source>Recent weights</source>
      <translation>最近的权重</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>退出</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>视图(&amp;V)</translation>
    </message>
    <message>
      <source>Full-screen demo mode</source>
      <translation>全屏演示</translation>
    </message>
    <message>
      <source>Leave demo mode, segment or freeze</source>
      <translation>退出演示、片段或定格</translation>
    </message>
    <message>
      <source>Mirror the picture</source>
      <translation>镜像画面</translation>
    </message>
    <message>
      <source>Boxes the student sees</source>
      <translation>学生网络看到的方框</translation>
    </message>
    <message>
      <source>Larger</source>
      <translation>放大</translation>
    </message>
    <message>
      <source>Smaller</source>
      <translation>缩小</translation>
    </message>
    <message>
      <source>Fit</source>
      <translation>适合窗口</translation>
    </message>
    <message>
      <source>Focus: automatic</source>
      <translation>关注：自动</translation>
    </message>
    <message>
      <source>Focus: person {number}</source>
      <translation>关注：第 {number} 人</translation>
    </message>
    <message>
      <source>Theme</source>
      <translation>主题</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>语言</translation>
    </message>
    <message>
      <source>&amp;Moment</source>
      <translation>时刻(&amp;M)</translation>
    </message>
    <message>
      <source>&amp;Play</source>
      <translation>播放(&amp;P)</translation>
    </message>
    <message>
      <source>Play or pause; freeze, when live</source>
      <translation>播放或暂停；实时画面则定格</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>后退一帧</translation>
    </message>
    <message>
      <source>1 s back</source>
      <translation>后退 1 秒</translation>
    </message>
    <message>
      <source>The loop begins here</source>
      <translation>循环从此开始</translation>
    </message>
    <message>
      <source>The loop ends here</source>
      <translation>循环在此结束</translation>
    </message>
    <message>
      <source>No loop</source>
      <translation>不循环</translation>
    </message>
    <message>
      <source>Begin or end a segment</source>
      <translation>开始或结束片段</translation>
    </message>
    <message>
      <source>Remove the annotation</source>
      <translation>删除标注</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>深色</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>浅色</translation>
    </message>
    <message>
      <source>opening {name} …</source>
      <translation>正在打开 {name}…</translation>
    </message>
    <message>
      <source>Another source ends this take. It is kept.</source>
      <translation>更换来源会结束这条录制，录制会保留。</translation>
    </message>
    <message>
      <source>Finish the take and open</source>
      <translation>结束录制并打开</translation>
    </message>
    <message>
      <source>{name} is in use</source>
      <translation>正在使用 {name}</translation>
    </message>
    <message>
      <source>loading {name} …</source>
      <translation>正在加载 {name}…</translation>
    </message>
    <message>
      <source>a bug of ours: {error}</source>
      <translation>程序错误：{error}</translation>
    </message>
    <message>
      <source>seen by the student, weight</source>
      <translation>学生网络所见，权重</translation>
    </message>
    <message>
      <source>Play or pause (Space)</source>
      <translation>播放或暂停（空格）</translation>
    </message>
    <message>
      <source>One frame back (Left; with Shift: 1 s)</source>
      <translation>后退一帧（←；加 Shift：1 秒）</translation>
    </message>
    <message>
      <source>The loop begins here ( [ )</source>
      <translation>循环从此开始 ( [ )</translation>
    </message>
    <message>
      <source>The loop ends here ( ] )</source>
      <translation>循环在此结束 ( ] )</translation>
    </message>
    <message>
      <source>No loop (\)</source>
      <translation>不循环 (\)</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>速度</translation>
    </message>
    <message>
      <source>TSMF live</source>
      <translation>TSMF live</translation>
    </message>
    <message>
      <source>picture as it is</source>
      <translation>原样画面</translation>
    </message>
    <message>
      <source>faces blurred</source>
      <translation>模糊人脸</translation>
    </message>
    <message>
      <source>no picture</source>
      <translation>无画面</translation>
    </message>
    <message>
      <source>setup</source>
      <translation>布置</translation>
    </message>
    <message>
      <source>camera</source>
      <translation>相机</translation>
    </message>
    <message>
      <source>performer</source>
      <translation>表演者</translation>
    </message>
    <message>
      <source>replication</source>
      <translation>重复</translation>
    </message>
    <message>
      <source>Discard and &amp;redo</source>
      <translation>丢弃并重录(&amp;R)</translation>
    </message>
    <message>
      <source>Study &amp;folder …</source>
      <translation>研究文件夹(&amp;F)…</translation>
    </message>
    <message>
      <source>a pseudonym, never a name</source>
      <translation>化名，切勿用真名</translation>
    </message>
    <message>
      <source>what they are asked to do</source>
      <translation>要求做的动作</translation>
    </message>
    <message>
      <source>form and date</source>
      <translation>表格与日期</translation>
    </message>
    <message>
      <source>&amp;Subject</source>
      <translation>受试者(&amp;S)</translation>
    </message>
    <message>
      <source>&amp;Action</source>
      <translation>动作(&amp;A)</translation>
    </message>
    <message>
      <source>&amp;Privacy</source>
      <translation>隐私(&amp;P)</translation>
    </message>
    <message>
      <source>C&amp;onsent</source>
      <translation>知情同意(&amp;O)</translation>
    </message>
    <message>
      <source>Its files are deleted; the next take gets its number.</source>
      <translation>其文件将被删除；下一条录制使用该编号。</translation>
    </message>
    <message>
      <source>Discard the take</source>
      <translation>丢弃录制</translation>
    </message>
    <message>
      <source>■ Finish the take  (R)</source>
      <translation>■ 结束录制  (R)</translation>
    </message>
    <message>
      <source>● Record  (R)</source>
      <translation>● 录制  (R)</translation>
    </message>
    <message>
      <source>Where the takes of this study go</source>
      <translation>本研究录制的存放位置</translation>
    </message>
    <message>
      <source>take {take}: {clock}, {size}</source>
      <translation>第 {take} 条：{clock}，{size}</translation>
    </message>
    <message>
      <source>frames lost: {count}</source>
      <translation>丢失帧数：{count}</translation>
    </message>
    <message>
      <source>{take} is finished: {clock}</source>
      <translation>{take} 已完成：{clock}</translation>
    </message>
    <message>
      <source>it lacks {lost} of {count} pictures, the machine was too slow</source>
      <translation>缺少 {count} 帧画面中的 {lost} 帧，电脑速度不够</translation>
    </message>
    <message>
      <source>free on this disk: {size}</source>
      <translation>磁盘剩余：{size}</translation>
    </message>
    <message>
      <source>{hours} h {minutes} min</source>
      <translation>{hours} 小时 {minutes} 分</translation>
    </message>
    <message>
      <source>enough for {time}</source>
      <translation>够用 {time}</translation>
    </message>
    <message>
      <source>Save picture and charts</source>
      <translation>保存图片和图表</translation>
    </message>
    <message>
      <source>Save values</source>
      <translation>保存数值</translation>
    </message>
    <message>
      <source>Save video</source>
      <translation>保存视频</translation>
    </message>
    <message>
      <source>saved {path}</source>
      <translation>已保存 {path}</translation>
    </message>
    <message>
      <source>{path} cannot be written: {reason}; choose another place</source>
      <translation>无法写入 {path}：{reason}；请另选位置</translation>
    </message>
    <message>
      <source>saved {path}, pictures: {n}</source>
      <translation>已保存 {path}，帧数：{n}</translation>
    </message>
    <message>
      <source>nothing yet</source>
      <translation>尚无</translation>
    </message>
    <message>
      <source>Recently</source>
      <translation>最近</translation>
    </message>
    <message>
      <source>after weighting</source>
      <translation>加权后</translation>
    </message>
    <message>
      <source>before weighting</source>
      <translation>加权前</translation>
    </message>
    <message>
      <source>{label}: {seconds} s</source>
      <translation>{label}：{seconds} 秒</translation>
    </message>
    <message>
      <source>nobody yet</source>
      <translation>还没有人</translation>
    </message>
    <message>
      <source>TSMF live: {source}</source>
      <translation>TSMF live：{source}</translation>
    </message>
    <message>
      <source>Take {take} is being recorded.</source>
      <translation>正在录制第 {take} 条。</translation>
    </message>
    <message>
      <source>Closing ends it. It is kept.</source>
      <translation>关闭会结束录制，录制会保留。</translation>
    </message>
    <message>
      <source>Finish the take and close</source>
      <translation>结束录制并关闭</translation>
    </message>
    <message>
      <source>{path} was not saved: it was cancelled</source>
      <translation>{path} 未保存：已取消</translation>
    </message>
    <message>
      <source>Close when it is saved</source>
      <translation>保存后关闭</translation>
    </message>
    <message>
      <source>A video is being saved.</source>
      <translation>正在保存视频。</translation>
    </message>
    <message>
      <source>Closing now removes what there is of it.</source>
      <translation>现在关闭会删除已写入的部分。</translation>
    </message>
    <message>
      <source>Close without the video</source>
      <translation>不保存视频并关闭</translation>
    </message>
    <message>
      <source>sensor</source>
      <translation>传感器</translation>
    </message>
    <message>
      <source>floor plane</source>
      <translation>地面</translation>
    </message>
    <message>
      <source>people who stand</source>
      <translation>由站立的人估计</translation>
    </message>
    <message>
      <source>unknown</source>
      <translation>未知</translation>
    </message>
    <message>
      <source>tilted {degrees}°</source>
      <translation>倾斜 {degrees}°</translation>
    </message>
    <message>
      <source>tilt</source>
      <translation>倾斜</translation>
    </message>
    <message>
      <source>as asked for</source>
      <translation>按要求</translation>
    </message>
    <message>
      <source>the source is the simulated actor</source>
      <translation>来源是模拟人</translation>
    </message>
    <message>
      <source>the source shows real people</source>
      <translation>来源是真人</translation>
    </message>
    <message>
      <source>Loading the networks …</source>
      <translation>正在加载网络…</translation>
    </message>
    <message>
      <source>person {n}: no action</source>
      <translation>人物 {n}：无动作</translation>
    </message>
    <message>
      <source>END</source>
      <translation>结束</translation>
    </message>
    <message>
      <source>PAUSED</source>
      <translation>已暂停</translation>
    </message>
    <message>
      <source>SIMULATED</source>
      <translation>模拟</translation>
    </message>
    <message>
      <source>SIMULATED (a file)</source>
      <translation>模拟（文件）</translation>
    </message>
    <message>
      <source>LIVE</source>
      <translation>实时</translation>
    </message>
    <message>
      <source>NOT LIVE</source>
      <translation>非实时</translation>
    </message>
    <message>
      <source>RECORDING (a file)</source>
      <translation>录像（文件）</translation>
    </message>
    <message>
      <source>The recording is held at this moment; Space plays on.</source>
      <translation>录像停在此刻；按空格键继续播放。</translation>
    </message>
    <message>
      <source>The recording is over; Space plays it again.</source>
      <translation>录像已播放完毕；按空格键重新播放。</translation>
    </message>
    <message>
      <source>bow</source>
      <translation>鞠躬</translation>
    </message>
    <message>
      <source>check time (from watch)</source>
      <translation>看手表</translation>
    </message>
    <message>
      <source>cheer up</source>
      <translation>欢呼</translation>
    </message>
    <message>
      <source>chest pain</source>
      <translation>胸痛</translation>
    </message>
    <message>
      <source>clapping</source>
      <translation>鼓掌</translation>
    </message>
    <message>
      <source>cough</source>
      <translation>咳嗽</translation>
    </message>
    <message>
      <source>drink water</source>
      <translation>喝水</translation>
    </message>
    <message>
      <source>eat meal</source>
      <translation>吃饭</translation>
    </message>
    <message>
      <source>falling</source>
      <translation>跌倒</translation>
    </message>
    <message>
      <source>hand waving</source>
      <translation>挥手</translation>
    </message>
    <message>
      <source>headache</source>
      <translation>头痛</translation>
    </message>
    <message>
      <source>idle</source>
      <translation>无动作</translation>
    </message>
    <message>
      <source>jump</source>
      <translation>跳</translation>
    </message>
    <message>
      <source>kick</source>
      <translation>踢</translation>
    </message>
    <message>
      <source>lie down</source>
      <translation>躺下</translation>
    </message>
    <message>
      <source>phone call</source>
      <translation>打电话</translation>
    </message>
    <message>
      <source>pick up</source>
      <translation>捡东西</translation>
    </message>
    <message>
      <source>playing with phone</source>
      <translation>玩手机</translation>
    </message>
    <message>
      <source>punch</source>
      <translation>出拳</translation>
    </message>
    <message>
      <source>put on jacket</source>
      <translation>穿外套</translation>
    </message>
    <message>
      <source>reading</source>
      <translation>阅读</translation>
    </message>
    <message>
      <source>running</source>
      <translation>跑步</translation>
    </message>
    <message>
      <source>sit down</source>
      <translation>坐下</translation>
    </message>
    <message>
      <source>sneeze/cough</source>
      <translation>打喷嚏/咳嗽</translation>
    </message>
    <message>
      <source>squat</source>
      <translation>下蹲</translation>
    </message>
    <message>
      <source>staggering</source>
      <translation>踉跄</translation>
    </message>
    <message>
      <source>stand up</source>
      <translation>站起</translation>
    </message>
    <message>
      <source>take off jacket</source>
      <translation>脱外套</translation>
    </message>
    <message>
      <source>throw</source>
      <translation>投掷</translation>
    </message>
    <message>
      <source>typing</source>
      <translation>打字</translation>
    </message>
    <message>
      <source>vomiting</source>
      <translation>呕吐</translation>
    </message>
    <message>
      <source>walking</source>
      <translation>行走</translation>
    </message>
    <message>
      <source>wear a shoe</source>
      <translation>穿鞋</translation>
    </message>
    <message>
      <source>writing</source>
      <translation>书写</translation>
    </message>
    <message>
      <source>These weights know only simulated people: what they say of real ones is guesswork (others: Ctrl+L)</source>
      <translation>这些权重只见过模拟人物：对真人的判断只是猜测（更换权重：Ctrl+L）</translation>
    </message>
    <message>
      <source>The picture is there; who does what is said soon.</source>
      <translation>画面已就绪；很快就会显示谁在做什么。</translation>
    </message>
    <message>
      <source>demo.safetensors knows simulated people only, people.safetensors real ones.</source>
      <translation>demo.safetensors 只认识模拟人物，people.safetensors 认识真人。</translation>
    </message>
    <message>
      <source>Open a video …</source>
      <translation>打开视频…</translation>
    </message>
    <message>
      <source>Watch a camera</source>
      <translation>使用摄像头</translation>
    </message>
    <message>
      <source>Camera {number}</source>
      <translation>摄像头 {number}</translation>
    </message>
    <message>
      <source>Choose the pose model …</source>
      <translation>选择姿态模型…</translation>
    </message>
    <message>
      <source>Choose the pose model</source>
      <translation>选择姿态模型</translation>
    </message>
    <message>
      <source>Pose models of MediaPipe</source>
      <translation>MediaPipe 姿态模型</translation>
    </message>
    <message>
      <source>Videos</source>
      <translation>视频</translation>
    </message>
    <message>
      <source>Open a video of any camera</source>
      <translation>打开任意摄像机的视频</translation>
    </message>
    <message>
      <source>{name} is used for cameras and videos</source>
      <translation>{name} 将用于摄像头和视频</translation>
    </message>
    <message>
      <source>estimator</source>
      <translation>姿态估计</translation>
    </message>
    <message>
      <source>MediaPipe Pose finds the people on the pictures of a camera or a video, which have no skeletons.</source>
      <translation>MediaPipe Pose 在摄像头或视频的画面中寻找人物，这些画面没有骨架数据。</translation>
    </message>
    <message>
      <source>Lost: pictures nobody was looked for on. Below 10 Hz: use the lite model, or a faster PC.</source>
      <translation>丢失：未做姿态估计的画面。低于 10 Hz：请使用 lite 模型或更快的电脑。</translation>
    </message>
    <message>
      <source>1 s forward</source>
      <translation>前进 1 秒</translation>
    </message>
    <message>
      <source>One frame forward</source>
      <translation>前进一帧</translation>
    </message>
    <message>
      <source>Accept the predicted event</source>
      <translation>采纳预测的事件</translation>
    </message>
    <message>
      <source>Undo the last change</source>
      <translation>撤销上一次更改</translation>
    </message>
    <message>
      <source>Back to now</source>
      <translation>回到当前</translation>
    </message>
    <message>
      <source>Choose a label with 1 to 9, or type one; then end the segment with A.</source>
      <translation>用 1 到 9 选择或输入标签；然后按 A 结束片段。</translation>
    </message>
    <message>
      <source>overlaps {label} from {start} to {end} s; change or remove that one first</source>
      <translation>与 {label}（{start} 至 {end} 秒）重叠；请先修改或删除该片段</translation>
    </message>
    <message>
      <source>Accept the predicted event here (E)</source>
      <translation>采纳此处预测的事件 (E)</translation>
    </message>
    <message>
      <source>Undo the last change (Ctrl+Z)</source>
      <translation>撤销上一次更改 (Ctrl+Z)</translation>
    </message>
    <message>
      <source>A segment of the person in focus, else of everybody, begins or ends here (A)</source>
      <translation>此处开始或结束一个片段：属于焦点人物，否则属于所有人 (A)</translation>
    </message>
    <message>
      <source>One frame forward (Right; with Shift: 1 s)</source>
      <translation>前进一帧（右箭头；加 Shift：1 秒）</translation>
    </message>
    <message>
      <source>“{action}” is no action that the weights know; it is recorded as typed</source>
      <translation>“{action}”不是权重认识的动作；将按输入内容录制</translation>
    </message>
    <message>
      <source>Teacher · skeleton</source>
      <translation>教师 · 骨架</translation>
    </message>
    <message>
      <source>Student · picture</source>
      <translation>学生 · 图像</translation>
    </message>
    <message>
      <source>all people</source>
      <translation>所有人</translation>
    </message>
    <message>
      <source>Probability: {whose}</source>
      <translation>概率：{whose}</translation>
    </message>
    <message>
      <source>not used now</source>
      <translation>当前未使用</translation>
    </message>
    <message>
      <source>student: looked {age} s ago</source>
      <translation>学生：{age} 秒前看过</translation>
    </message>
    <message>
      <source>at</source>
      <translation>时间</translation>
    </message>
    <message>
      <source>action</source>
      <translation>动作</translation>
    </message>
    <message>
      <source>peak</source>
      <translation>峰值</translation>
    </message>
    <message>
      <source>who</source>
      <translation>谁</translation>
    </message>
    <message>
      <source>The highest probability while it lasted</source>
      <translation>持续期间的最高概率</translation>
    </message>
    <message>
      <source>as a pair</source>
      <translation>两人一起</translation>
    </message>
    <message>
      <source>{label}: {seconds} s, from {at}, {whose}</source>
      <translation>{label}：{seconds} 秒，从 {at} 起，{whose}</translation>
    </message>
    <message>
      <source>{joint}, {ago} (at {time}): {value}</source>
      <translation>{joint}，{ago}（{time}）：{value}</translation>
    </message>
    <message>
      <source>the student is not used now</source>
      <translation>当前未使用学生网络</translation>
    </message>
    <message>
      <source>the student was not used</source>
      <translation>当时未使用学生网络</translation>
    </message>
    <message>
      <source>these weights look at the skeleton alone</source>
      <translation>这些权重只看骨架</translation>
    </message>
    <message>
      <source>skeleton alone: no picture of the person in focus</source>
      <translation>仅骨架：没有焦点人物的图像</translation>
    </message>
    <message>
      <source>too little of the people was seen</source>
      <translation>看到的人物部分太少</translation>
    </message>
    <message>
      <source>{n} · too little to be seen</source>
      <translation>{n} · 可见部分太少</translation>
    </message>
    <message>
      <source>too little to be seen</source>
      <translation>可见部分太少</translation>
    </message>
    <message>
      <source>Less than half of somebody was seen in the last seconds, so no action is named.</source>
      <translation>最近几秒内看到的人物不足一半，因此不给出动作。</translation>
    </message>
    <message>
      <source>{share} seen</source>
      <translation>可见 {share}</translation>
    </message>
    <message>
      <source>How much of the last seconds it saw of whoever it sees worst. How far it is tilted, and how that is known: the networks get joints turned upright.</source>
      <translation>最近几秒内，看得最不清楚的人有多少可见。传感器的倾角及其来源：网络得到的是摆正后的关节。</translation>
    </message>
    <message>
      <source>Below 50%: step back, clear the view, put on a light. Tilt unknown: somebody should stand or walk for a second. Above 30 degrees: mount it less steep.</source>
      <translation>低于 50%：请后退、移开遮挡、开灯。倾角未知：请有人站立或行走一秒。超过 30 度：请减小安装倾角。</translation>
    </message>
    <message>
      <source>skeleton alone so far: the student is at work</source>
      <translation>目前仅骨架：学生网络仍在计算</translation>
    </message>
    <message>
      <source>Open the Kinect</source>
      <translation>打开 Kinect</translation>
    </message>
    <message>
      <source>One person</source>
      <translation>一个人</translation>
    </message>
    <message>
      <source>Two people</source>
      <translation>两个人</translation>
    </message>
    <message>
      <source>Six people</source>
      <translation>六个人</translation>
    </message>
    <message>
      <source>Open the bundled sample</source>
      <translation>打开自带示例</translation>
    </message>
    <message>
      <source>not recording</source>
      <translation>未在录制</translation>
    </message>
    <message>
      <source>Discard {take} ({clock})?</source>
      <translation>丢弃 {take}（{clock}）？</translation>
    </message>
    <message>
      <source>Below 5 Hz: close other programs, use a GPU or a faster PC. Recording does not suffer.</source>
      <translation>低于 5 Hz：关闭其他程序，使用 GPU 或更快的电脑。录制不受影响。</translation>
    </message>
    <message>
      <source>{queue} waiting · {dropped} lost so far</source>
      <translation>{queue} 等待 · 已丢失 {dropped}</translation>
    </message>
    <message>
      <source>hidden from the sensor, estimated</source>
      <translation>传感器看不到，推测所得</translation>
    </message>
    <message>
      <source>fusion</source>
      <translation>融合</translation>
    </message>
    <message>
      <source>58 s of a simulated person, recorded; nothing else is needed.</source>
      <translation>一段 58 秒的模拟人物录制；不需要其他任何东西。</translation>
    </message>
    <message>
      <source>A camera</source>
      <translation>摄像头</translation>
    </message>
    <message>
      <source>A recorded session, NTU RGB+D or PKU-MMD.</source>
      <translation>已录制的会话、NTU RGB+D 或 PKU-MMD。</translation>
    </message>
    <message>
      <source>A recording</source>
      <translation>录制</translation>
    </message>
    <message>
      <source>A video</source>
      <translation>视频</translation>
    </message>
    <message>
      <source>Another number, other people: their size, clothes and manner</source>
      <translation>不同的数字对应不同的人：身材、衣着和动作习惯</translation>
    </message>
    <message>
      <source>Any webcam; people are estimated from its picture with MediaPipe.</source>
      <translation>任何网络摄像头；用 MediaPipe 从画面估计人体。</translation>
    </message>
    <message>
      <source>In a ward room, without end; with none checked they do everything in turn.</source>
      <translation>在病房中，不间断；未勾选时依次做所有动作。</translation>
    </message>
    <message>
      <source>Kinect v2</source>
      <translation>Kinect v2</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>实时</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>重新检查</translation>
    </message>
    <message>
      <source>No Kinect answers: {reason}</source>
      <translation>没有 Kinect 响应：{reason}</translation>
    </message>
    <message>
      <source>Nothing is watched yet: File, Start page</source>
      <translation>尚未观看任何来源：文件 &gt; 起始页</translation>
    </message>
    <message>
      <source>Of any camera; people are estimated from its pictures with MediaPipe.</source>
      <translation>任何摄像机拍摄；用 MediaPipe 从图像估计人体。</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>打开</translation>
    </message>
    <message>
      <source>Play the sample</source>
      <translation>播放示例</translation>
    </message>
    <message>
      <source>Start page</source>
      <translation>起始页</translation>
    </message>
    <message>
      <source>The sample</source>
      <translation>示例</translation>
    </message>
    <message>
      <source>The sensor with true depth: the best there is for this.</source>
      <translation>具有真实深度的传感器：最适合本程序。</translation>
    </message>
    <message>
      <source>This machine</source>
      <translation>本机</translation>
    </message>
    <message>
      <source>This machine has no camera.</source>
      <translation>本机没有摄像头。</translation>
    </message>
    <message>
      <source>Try the Kinect again</source>
      <translation>再次尝试 Kinect</translation>
    </message>
    <message>
      <source>Watch it</source>
      <translation>观看</translation>
    </message>
    <message>
      <source>Watch them</source>
      <translation>观看</translation>
    </message>
    <message>
      <source>What shall be watched?</source>
      <translation>要观看什么？</translation>
    </message>
    <message>
      <source>bodies</source>
      <translation>人体</translation>
    </message>
    <message>
      <source>cameras</source>
      <translation>摄像头</translation>
    </message>
    <message>
      <source>colour</source>
      <translation>彩色</translation>
    </message>
    <message>
      <source>disk</source>
      <translation>磁盘</translation>
    </message>
    <message>
      <source>driver</source>
      <translation>驱动程序</translation>
    </message>
    <message>
      <source>how many</source>
      <translation>人数</translation>
    </message>
    <message>
      <source>looking …</source>
      <translation>正在检查…</translation>
    </message>
    <message>
      <source>packages</source>
      <translation>软件包</translation>
    </message>
    <message>
      <source>recording</source>
      <translation>录制</translation>
    </message>
    <message>
      <source>weights</source>
      <translation>权重</translation>
    </message>
    <message>
      <source>window</source>
      <translation>窗口</translation>
    </message>
    <message>
      <source>kicking</source>
      <translation>踢腿</translation>
    </message>
    <message>
      <source>squatting</source>
      <translation>下蹲</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>动作</translation>
    </message>
    <message>
      <source>Annotated</source>
      <translation>标注</translation>
    </message>
    <message>
      <source>Blur faces</source>
      <translation>模糊人脸</translation>
    </message>
    <message>
      <source>Blur faces …</source>
      <translation>模糊人脸…</translation>
    </message>
    <message>
      <source>Blur the faces in {takes}?</source>
      <translation>模糊 {takes}中的人脸？</translation>
    </message>
    <message>
      <source>Browse the study</source>
      <translation>浏览研究</translation>
    </message>
    <message>
      <source>Choose the folder</source>
      <translation>选择文件夹</translation>
    </message>
    <message>
      <source>Classes</source>
      <translation>类别</translation>
    </message>
    <message>
      <source>DAMAGED</source>
      <translation>已损坏</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Delete the originals</source>
      <translation>删除原件</translation>
    </message>
    <message>
      <source>Delete them</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Delete {takes} for good?</source>
      <translation>永久删除 {takes}？</translation>
    </message>
    <message>
      <source>Delete …</source>
      <translation>删除…</translation>
    </message>
    <message>
      <source>ELAN documents of the annotations</source>
      <translation>标注的 ELAN 文档</translation>
    </message>
    <message>
      <source>Export</source>
      <translation>导出</translation>
    </message>
    <message>
      <source>Export {takes}</source>
      <translation>导出 {takes}</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>导出…</translation>
    </message>
    <message>
      <source>Format</source>
      <translation>格式</translation>
    </message>
    <message>
      <source>Into the folder</source>
      <translation>导出到文件夹</translation>
    </message>
    <message>
      <source>Keep the originals beside them</source>
      <translation>保留原件</translation>
    </message>
    <message>
      <source>Length</source>
      <translation>时长</translation>
    </message>
    <message>
      <source>NTU RGB+D samples</source>
      <translation>NTU RGB+D 样本</translation>
    </message>
    <message>
      <source>Of the take that is played, while a part of it is looped</source>
      <translation>仅限正在循环播放其中一段的片段</translation>
    </message>
    <message>
      <source>Only people whom the sensor tracked are blurred; clothes and gait still tell who somebody is.</source>
      <translation>只有被传感器跟踪到的人会被模糊；衣着和步态仍可能暴露身份。</translation>
    </message>
    <message>
      <source>Open a study …</source>
      <translation>打开研究…</translation>
    </message>
    <message>
      <source>Open the folder of a study</source>
      <translation>打开研究文件夹</translation>
    </message>
    <message>
      <source>PKU-MMD recordings</source>
      <translation>PKU-MMD 录制</translation>
    </message>
    <message>
      <source>Pictures lost</source>
      <translation>丢失图像</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>播放</translation>
    </message>
    <message>
      <source>Repair</source>
      <translation>修复</translation>
    </message>
    <message>
      <source>Study</source>
      <translation>研究</translation>
    </message>
    <message>
      <source>Subject</source>
      <translation>受试者</translation>
    </message>
    <message>
      <source>Take</source>
      <translation>片段</translation>
    </message>
    <message>
      <source>Verified</source>
      <translation>校验</translation>
    </message>
    <message>
      <source>Verify</source>
      <translation>校验</translation>
    </message>
    <message>
      <source>a sample for each annotation</source>
      <translation>每个标注一个样本</translation>
    </message>
    <message>
      <source>cannot be read</source>
      <translation>无法读取</translation>
    </message>
    <message>
      <source>incomplete</source>
      <translation>不完整</translation>
    </message>
    <message>
      <source>one annotation pickle (pyskl, mmaction2)</source>
      <translation>一个标注 pickle（pyskl、mmaction2）</translation>
    </message>
    <message>
      <source>only the looped part</source>
      <translation>仅循环部分</translation>
    </message>
    <message>
      <source>whole</source>
      <translation>完整</translation>
    </message>
    <message>
      <source>{act}: cancelled; what was finished stays</source>
      <translation>{act}：已取消；已完成的部分保留</translation>
    </message>
    <message>
      <source>{act}: done</source>
      <translation>{act}：完成</translation>
    </message>
    <message>
      <source>{act}: there is something to see to, see below</source>
      <translation>{act}：有需要处理的问题，见下方</translation>
    </message>
    <message>
      <source>{count} takes</source>
      <translation>{count} 个片段</translation>
    </message>
    <message>
      <source>{lost} of {count}</source>
      <translation>{lost}/{count}</translation>
    </message>
    <message>
      <source>{take} is still being recorded: finish it first</source>
      <translation>{take} 仍在录制：请先结束</translation>
    </message>
    <message>
      <source>those of the takes (classes.txt)</source>
      <translation>片段自身的类别 (classes.txt)</translation>
    </message>
    <message>
      <source>Picture and charts on white: PNG, PDF or SVG</source>
      <translation>图像和图表，白色背景：PNG、PDF 或 SVG</translation>
    </message>
    <message>
      <source>Scores, attention, joints of everybody: of this moment, or from A to B</source>
      <translation>所有人的分数、注意力和关节：此刻，或从 A 到 B</translation>
    </message>
    <message>
      <source>All annotations as a list</source>
      <translation>所有标注列表</translation>
    </message>
    <message>
      <source>Of the annotation that is chosen, else of the next; 1 to 9 choose one used lately</source>
      <translation>所选标注的标签，否则为下一个标注的标签；按 1 至 9 选择最近用过的标签</translation>
    </message>
    <message>
      <source>There is no further annotation.</source>
      <translation>没有更多标注。</translation>
    </message>
    <message>
      <source>Delete: remove · Esc: leave it · label: {names}</source>
      <translation>Delete：删除 · Esc：取消选择 · 标签：{names}</translation>
    </message>
    <message>
      <source>Annotations</source>
      <translation>标注</translation>
    </message>
    <message>
      <source>from, s</source>
      <translation>开始，秒</translation>
    </message>
    <message>
      <source>to, s</source>
      <translation>结束，秒</translation>
    </message>
    <message>
      <source>expected seconds, got {text}</source>
      <translation>应为秒数，得到 {text}</translation>
    </message>
    <message>
      <source>predicted and annotated alike</source>
      <translation>预测与标注一致</translation>
    </message>
    <message>
      <source>not predicted and annotated alike</source>
      <translation>预测与标注不一致</translation>
    </message>
    <message>
      <source>Next annotation</source>
      <translation>下一个标注</translation>
    </message>
    <message>
      <source>Previous annotation</source>
      <translation>上一个标注</translation>
    </message>
    <message>
      <source>all</source>
      <translation>全部</translation>
    </message>
    <message>
      <source>person</source>
      <translation>人员</translation>
    </message>
    <message>
      <source>Follow the person in focus, or everybody</source>
      <translation>跟随焦点人员，或所有人</translation>
    </message>
    <message>
      <source>A line for each subject: a pseudonym, then what to record how often.</source>
      <translation>每个受试者一行：化名，然后是动作和次数。</translation>
    </message>
    <message>
      <source>A take lasts</source>
      <translation>每条时长</translation>
    </message>
    <message>
      <source>Agreed, go on</source>
      <translation>已同意，继续</translation>
    </message>
    <message>
      <source>Consent of {subject}</source>
      <translation>{subject} 的同意</translation>
    </message>
    <message>
      <source>Countdown</source>
      <translation>倒计时</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>完成</translation>
    </message>
    <message>
      <source>Has {subject} agreed to be recorded?</source>
      <translation>{subject} 是否同意被录制？</translation>
    </message>
    <message>
      <source>Hold</source>
      <translation>暂停</translation>
    </message>
    <message>
      <source>It is written into each of their takes and kept nowhere else.</source>
      <translation>仅写入该受试者的每个片段，不保存在其他地方。</translation>
    </message>
    <message>
      <source>No list yet: open a CSV (subject, action, takes, seconds, pause), or type one.</source>
      <translation>还没有列表：打开 CSV（subject, action, takes, seconds, pause），或直接输入。</translation>
    </message>
    <message>
      <source>Not agreed: leave out</source>
      <translation>未同意：跳过</translation>
    </message>
    <message>
      <source>Open a list of takes</source>
      <translation>打开录制列表</translation>
    </message>
    <message>
      <source>Open a list …</source>
      <translation>打开列表…</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>间隔</translation>
    </message>
    <message>
      <source>Protocol</source>
      <translation>方案</translation>
    </message>
    <message>
      <source>Record the list</source>
      <translation>按列表录制</translation>
    </message>
    <message>
      <source>Single takes</source>
      <translation>单条录制</translation>
    </message>
    <message>
      <source>The list is done.</source>
      <translation>列表已完成。</translation>
    </message>
    <message>
      <source>The source has ended; the protocol holds.</source>
      <translation>来源已结束；方案暂停。</translation>
    </message>
    <message>
      <source>The take was discarded; the protocol holds.</source>
      <translation>该片段已丢弃；方案暂停。</translation>
    </message>
    <message>
      <source>Type a list …</source>
      <translation>输入列表…</translation>
    </message>
    <message>
      <source>Use this list</source>
      <translation>使用此列表</translation>
    </message>
    <message>
      <source>What is to be recorded</source>
      <translation>录制内容</translation>
    </message>
    <message>
      <source>Who agreed is recorded; others were left out.</source>
      <translation>已同意者录制完毕；其他人已跳过。</translation>
    </message>
    <message>
      <source>counts down</source>
      <translation>倒计时中</translation>
    </message>
    <message>
      <source>ends the take</source>
      <translation>正在结束本条</translation>
    </message>
    <message>
      <source>holds</source>
      <translation>已暂停</translation>
    </message>
    <message>
      <source>pauses</source>
      <translation>间隔中</translation>
    </message>
    <message>
      <source>records</source>
      <translation>录制中</translation>
    </message>
    <message>
      <source>the list</source>
      <translation>列表</translation>
    </message>
    <message>
      <source>waits for consent</source>
      <translation>等待同意</translation>
    </message>
    <message>
      <source>with tones</source>
      <translation>提示音</translation>
    </message>
    <message>
      <source>{done} of {total} takes</source>
      <translation>{done}/{total} 条</translation>
    </message>
    <message>
      <source>Whole recording</source>
      <translation>整个录制</translation>
    </message>
    <message>
      <source>Mean attention per action</source>
      <translation>各动作的平均注意力</translation>
    </message>
    <message>
      <source>Whose attention is shown</source>
      <translation>显示谁的注意力</translation>
    </message>
    <message>
      <source>not inspected yet</source>
      <translation>尚未检视</translation>
    </message>
    <message>
      <source>Inspect again</source>
      <translation>重新检视</translation>
    </message>
    <message>
      <source>Inspect the recording</source>
      <translation>检视录制</translation>
    </message>
    <message>
      <source>the command ended with {code}</source>
      <translation>命令以 {code} 结束</translation>
    </message>
    <message>
      <source>Only recorded sessions can be inspected as a whole.</source>
      <translation>只有录制的会话才能整体检视。</translation>
    </message>
    <message>
      <source>Attention over the whole recording</source>
      <translation>整个录制的注意力</translation>
    </message>
    <message>
      <source>Weights that the recording was inspected with</source>
      <translation>检视此录制所用的权重</translation>
    </message>
    <message>
      <source>Other weights, to compare with</source>
      <translation>用于比较的其他权重</translation>
    </message>
    <message>
      <source>nothing beside</source>
      <translation>不并列</translation>
    </message>
    <message>
      <source>beside {name}</source>
      <translation>并列 {name}</translation>
    </message>
    <message>
      <source>weights: {name}</source>
      <translation>权重：{name}</translation>
    </message>
    <message>
      <source>Begin with</source>
      <translation>起始权重</translation>
    </message>
    <message>
      <source>Clips</source>
      <translation>片段数</translation>
    </message>
    <message>
      <source>Epochs</source>
      <translation>训练轮数</translation>
    </message>
    <message>
      <source>Go on with the last run</source>
      <translation>继续上次训练</translation>
    </message>
    <message>
      <source>Held out</source>
      <translation>留出受试者</translation>
    </message>
    <message>
      <source>It takes labelled takes of at least two subjects: one learns nothing and is looked at.</source>
      <translation>至少需要两名受试者的已标注片段：其中一名不参与训练，用于检验。</translation>
    </message>
    <message>
      <source>Labels</source>
      <translation>标签</translation>
    </message>
    <message>
      <source>Open the whole report</source>
      <translation>打开完整报告</translation>
    </message>
    <message>
      <source>Record what is done while nothing happens as well, as the action “{idle}”.</source>
      <translation>也请录制无动作时的状态，动作名为“{idle}”。</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>正确</translation>
    </message>
    <message>
      <source>Teach</source>
      <translation>训练</translation>
    </message>
    <message>
      <source>Teaching was cancelled; what there is stays, and it can go on.</source>
      <translation>训练已取消；已有结果保留，可以继续。</translation>
    </message>
    <message>
      <source>The new weights are ready.</source>
      <translation>新权重已就绪。</translation>
    </message>
    <message>
      <source>Use the new weights now</source>
      <translation>立即使用新权重</translation>
    </message>
    <message>
      <source>What is taught</source>
      <translation>训练内容</translation>
    </message>
    <message>
      <source>What it learns</source>
      <translation>训练结果</translation>
    </message>
    <message>
      <source>What the new weights say of the person held out stands here.</source>
      <translation>新权重对留出受试者的判断将显示在此。</translation>
    </message>
    <message>
      <source>epoch</source>
      <translation>轮</translation>
    </message>
    <message>
      <source>loss</source>
      <translation>损失</translation>
    </message>
    <message>
      <source>picture network</source>
      <translation>图像网络</translation>
    </message>
    <message>
      <source>pictures</source>
      <translation>图像</translation>
    </message>
    <message>
      <source>right</source>
      <translation>正确率</translation>
    </message>
    <message>
      <source>skeleton network</source>
      <translation>骨架网络</translation>
    </message>
    <message>
      <source>skeletons</source>
      <translation>骨架</translation>
    </message>
    <message>
      <source>the person held out is looked at</source>
      <translation>正在检验留出受试者</translation>
    </message>
    <message>
      <source>the picture network learns</source>
      <translation>图像网络学习中</translation>
    </message>
    <message>
      <source>the pictures are learned from, too</source>
      <translation>同时从图像学习</translation>
    </message>
    <message>
      <source>the skeleton network learns</source>
      <translation>骨架网络学习中</translation>
    </message>
    <message>
      <source>the takes are made into samples</source>
      <translation>正在把片段转为样本</translation>
    </message>
    <message>
      <source>the whole network learns, not its last layer alone</source>
      <translation>训练整个网络，而非仅最后一层</translation>
    </message>
    <message>
      <source>weights of real people</source>
      <translation>真实人物的权重</translation>
    </message>
    <message>
      <source>weights of simulated people</source>
      <translation>模拟人物的权重</translation>
    </message>
    <message>
      <source>{name}: epoch {n}, {share} of its own samples right</source>
      <translation>{name}：第 {n} 轮，自身样本正确率 {share}</translation>
    </message>
    <message>
      <source>{share} of those held out to choose by</source>
      <translation>用于选择的留出样本 {share}</translation>
    </message>
    <message>
      <source>{subject} is not among the samples: {error}</source>
      <translation>样本中没有 {subject}：{error}</translation>
    </message>
    <message>
      <source>{subject}, who was held out: {share} right, clips: {count}</source>
      <translation>留出的 {subject}：正确率 {share}，片段数：{count}</translation>
    </message>
    <message>
      <source>{stage}: {n} lost</source>
      <translation>{stage}：丢失 {n}</translation>
    </message>
    <message>
      <source>only {rate} predictions a second</source>
      <translation>每秒仅 {rate} 次预测</translation>
    </message>
    <message>
      <source>only {rate} pictures a second</source>
      <translation>每秒仅 {rate} 幅图像</translation>
    </message>
    <message>
      <source>predictions are {late} late</source>
      <translation>预测延迟 {late}</translation>
    </message>
    <message>
      <source>How each stage does (H)</source>
      <translation>各阶段状态 (H)</translation>
    </message>
    <message>
      <source>all runs well</source>
      <translation>运行正常</translation>
    </message>
    <message>
      <source>How each stage does</source>
      <translation>各阶段状态</translation>
    </message>
    <message>
      <source>data set</source>
      <translation>数据集</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>Closing ends it; what is finished stays.</source>
      <translation>关闭将结束它；已完成的部分保留。</translation>
    </message>
    <message>
      <source>{act} is under way.</source>
      <translation>{act}正在进行。</translation>
    </message>
    <message>
      <source>{version}, {bits} bits</source>
      <translation>{version}，{bits} 位</translation>
    </message>
    <message>
      <source>install Python 3.10 to 3.13 for 64 bits</source>
      <translation>安装 64 位的 Python 3.10 至 3.13</translation>
    </message>
    <message>
      <source>this is {system}</source>
      <translation>这里是 {system}</translation>
    </message>
    <message>
      <source>the Kinect v2 needs Windows 8.1 or later, the Kinect for Windows SDK 2.0, pykinect2 and comtypes</source>
      <translation>Kinect v2 需要 Windows 8.1 或更高版本、Kinect for Windows SDK 2.0、pykinect2 和 comtypes</translation>
    </message>
    <message>
      <source>no Kinect v2 at any port</source>
      <translation>没有接口连着 Kinect v2</translation>
    </message>
    <message>
      <source>check the power supply, the USB 3 port and the lamp at its front; Windows 10 1809 and later need driver 2.2.1811</source>
      <translation>检查电源、USB 3 接口和正面的指示灯；Windows 10 1809 及更高版本需要驱动 2.2.1811</translation>
    </message>
    <message>
      <source>this system does not tell what is plugged in</source>
      <translation>此系统不说明插着什么设备</translation>
    </message>
    <message>
      <source>Kinect v2 sensor, {speed} Mbit/s</source>
      <translation>Kinect v2 传感器，{speed} Mbit/s</translation>
    </message>
    <message>
      <source>Kinect v2 hub, {speed} Mbit/s</source>
      <translation>Kinect v2 集线器，{speed} Mbit/s</translation>
    </message>
    <message>
      <source>plug it into a USB 3 port</source>
      <translation>插到 USB 3 接口上</translation>
    </message>
    <message>
      <source>a Kinect v2 is plugged in</source>
      <translation>已插上 Kinect v2</translation>
    </message>
    <message>
      <source>Windows has not set up the sensor that is plugged in</source>
      <translation>Windows 尚未配置已插上的传感器</translation>
    </message>
    <message>
      <source>install the Kinect for Windows SDK 2.0; try another USB 3 port</source>
      <translation>安装 Kinect for Windows SDK 2.0；换一个 USB 3 接口试试</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product} (not plugged in now), driver {driver}</source>
      <translation>Kinect v2 传感器 {product}（现在未插上），驱动 {driver}</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product} (has been plugged in), driver {driver}</source>
      <translation>Kinect v2 传感器 {product}（曾经插上），驱动 {driver}</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product}, driver {driver}</source>
      <translation>Kinect v2 传感器 {product}，驱动 {driver}</translation>
    </message>
    <message>
      <source>missing</source>
      <translation>缺失</translation>
    </message>
    <message>
      <source>let Windows Update install driver 2.2.1811.10000</source>
      <translation>让 Windows 更新安装驱动 2.2.1811.10000</translation>
    </message>
    <message>
      <source>not installed</source>
      <translation>未安装</translation>
    </message>
    <message>
      <source>needed for a live Kinect on Windows: {command}</source>
      <translation>在 Windows 上使用 Kinect 需要：{command}</translation>
    </message>
    <message>
      <source>pykinect2 is incomplete (no PyKinectV2.py)</source>
      <translation>pykinect2 不完整（没有 PyKinectV2.py）</translation>
    </message>
    <message>
      <source>the installed pykinect2 lays out {name} as {found}, expected {size} bytes with {offsets}</source>
      <translation>已安装的 pykinect2 把 {name} 排列为 {found}，应为 {size} 字节，{offsets}</translation>
    </message>
    <message>
      <source>the package {name} is not installed</source>
      <translation>未安装软件包 {name}</translation>
    </message>
    <message>
      <source>an outdated comtypes is installed ({error})</source>
      <translation>安装的 comtypes 已过时（{error}）</translation>
    </message>
    <message>
      <source>Kinect20.dll is not there</source>
      <translation>没有 Kinect20.dll</translation>
    </message>
    <message>
      <source>install the Kinect for Windows SDK 2.0 (64-bit Python needs the 64-bit one)</source>
      <translation>安装 Kinect for Windows SDK 2.0（64 位 Python 需要 64 位版本）</translation>
    </message>
    <message>
      <source>comtypes finds no Windows here ({system})</source>
      <translation>comtypes 在这里找不到 Windows（{system}）</translation>
    </message>
    <message>
      <source>pykinect2 does not load ({error})</source>
      <translation>无法加载 pykinect2（{error}）</translation>
    </message>
    <message>
      <source>the Kinect service does not answer ({error})</source>
      <translation>Kinect 服务没有响应（{error}）</translation>
    </message>
    <message>
      <source>check that the service KinectMonitor runs; after sleep or a driver update restart the PC</source>
      <translation>检查服务 KinectMonitor 是否在运行；休眠或更新驱动之后请重启电脑</translation>
    </message>
    <message>
      <source>the sensor gives pictures but no bodies</source>
      <translation>传感器只给出图像，没有骨架</translation>
    </message>
    <message>
      <source>body tracking needs a DirectX 11 graphics card: update its driver, and try the SDK's Body Basics</source>
      <translation>骨架跟踪需要支持 DirectX 11 的显卡：更新其驱动，并试试 SDK 的 Body Basics</translation>
    </message>
    <message>
      <source>the sensor is there but gives no frames</source>
      <translation>传感器存在，但没有数据</translation>
    </message>
    <message>
      <source>unplug it, plug it in, restart the PC</source>
      <translation>拔下再插上，重启电脑</translation>
    </message>
    <message>
      <source>no sensor answers</source>
      <translation>没有传感器响应</translation>
    </message>
    <message>
      <source>Kinect20.dll and pykinect2 load</source>
      <translation>Kinect20.dll 和 pykinect2 可以加载</translation>
    </message>
    <message>
      <source>not tried, see the line above</source>
      <translation>未尝试，见上一行</translation>
    </message>
    <message>
      <source>first frame {seconds} s after opening; says that it is available: {says}</source>
      <translation>打开 {seconds} 秒后给出第一帧；是否自称可用：{says}</translation>
    </message>
    <message>
      <source>yes</source>
      <translation>是</translation>
    </message>
    <message>
      <source>no, as when Kinect Studio plays a recording</source>
      <translation>否，例如 Kinect Studio 正在播放录制</translation>
    </message>
    <message>
      <source>it cannot be asked</source>
      <translation>无法询问</translation>
    </message>
    <message>
      <source>{rate} frames a second, {people} people at most, {missed} frames missed ({gone} were gone before they could be fetched)</source>
      <translation>每秒 {rate} 帧，最多 {people} 人，错过 {missed} 帧（{gone} 帧在取走之前已消失）</translation>
    </message>
    <message>
      <source>{rate} frames a second, {people} people at most, {missed} frames missed</source>
      <translation>每秒 {rate} 帧，最多 {people} 人，错过 {missed} 帧</translation>
    </message>
    <message>
      <source>close other programs that use the sensor or the graphics card; use a USB 3 port of its own</source>
      <translation>关闭使用传感器或显卡的其他程序；使用独立的 USB 3 接口</translation>
    </message>
    <message>
      <source>a picture with {share} of the frames, {rate} a second; picture minus bodies {offset} ms (median), complete {lag} ms after them, of it {conversion} ms conversion</source>
      <translation>{share} 的帧有图像，每秒 {rate} 幅；图像减骨架 {offset} 毫秒（中位数），在其后 {lag} 毫秒完成，其中转换 {conversion} 毫秒</translation>
    </message>
    <message>
      <source>a picture with {share} of the frames</source>
      <translation>{share} 的帧有图像</translation>
    </message>
    <message>
      <source>restart the PC; update the graphics driver</source>
      <translation>重启电脑；更新显卡驱动</translation>
    </message>
    <message>
      <source>dim light halves its rate: more light helps</source>
      <translation>光线暗会使帧率减半：多开灯</translation>
    </message>
    <message>
      <source>{what}; cameras: none</source>
      <translation>{what}；摄像头：无</translation>
    </message>
    <message>
      <source>{what}; cameras: {cameras}</source>
      <translation>{what}；摄像头：{cameras}</translation>
    </message>
    <message>
      <source>a camera or a video needs MediaPipe Pose, which is not installed</source>
      <translation>摄像头或视频需要 MediaPipe Pose，但未安装</translation>
    </message>
    <message>
      <source>a camera or a video needs a pose model, and none was named</source>
      <translation>摄像头或视频需要姿态模型，但尚未指定</translation>
    </message>
    <message>
      <source>pose model {file}: there is no such file</source>
      <translation>姿态模型 {file}：没有此文件</translation>
    </message>
    <message>
      <source>pose model {file}: cannot be read ({why})</source>
      <translation>姿态模型 {file}：无法读取（{why}）</translation>
    </message>
    <message>
      <source>pose model {file}: expected {parts} in it</source>
      <translation>姿态模型 {file}：其中应有 {parts}</translation>
    </message>
    <message>
      <source>{install}; get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {page} and choose it: File, Choose the pose model</source>
      <translation>{install}；从 {page} 下载 pose_landmarker_full.task（或 _lite：更快；_heavy：更精细），然后指定：文件，选择姿态模型</translation>
    </message>
    <message>
      <source>no NVIDIA GPU; the CPU does the work</source>
      <translation>没有 NVIDIA GPU；由 CPU 计算</translation>
    </message>
    <message>
      <source>there is an NVIDIA driver, but torch ({built}) cannot use it</source>
      <translation>有 NVIDIA 驱动，但 torch（{built}）无法使用</translation>
    </message>
    <message>
      <source>PyQt5 is not installed</source>
      <translation>未安装 PyQt5</translation>
    </message>
    <message>
      <source>{install}; or use --headless</source>
      <translation>{install}；或使用 --headless</translation>
    </message>
    <message>
      <source>Qt does not start within {seconds} s</source>
      <translation>Qt 在 {seconds} 秒内没有启动</translation>
    </message>
    <message>
      <source>use --headless</source>
      <translation>使用 --headless</translation>
    </message>
    <message>
      <source>on a machine without a display use --headless</source>
      <translation>没有显示器的机器请使用 --headless</translation>
    </message>
    <message>
      <source>{file}: {n} actions, loaded in {seconds} s</source>
      <translation>{file}：{n} 个动作，{seconds} 秒加载</translation>
    </message>
    <message>
      <source>clone the repository again, or choose other weights (Ctrl+L)</source>
      <translation>重新克隆仓库，或选择其他权重（Ctrl+L）</translation>
    </message>
    <message>
      <source>nothing can be written in {folder}: {why}</source>
      <translation>无法写入 {folder}：{why}</translation>
    </message>
    <message>
      <source>record somewhere else, or free some space</source>
      <translation>换个位置录制，或腾出空间</translation>
    </message>
    <message>
      <source>record to a faster disk</source>
      <translation>录制到更快的磁盘</translation>
    </message>
    <message>
      <source>{rate} MB/s, {free} GB free in {folder}</source>
      <translation>{rate} MB/s，{folder} 剩余 {free} GB</translation>
    </message>
    <message>
      <source>{rate} frames of 1080p a second</source>
      <translation>每秒 {rate} 帧 1080p</translation>
    </message>
    <message>
      <source>recording at 30 frames a second would lose some here; close other programs</source>
      <translation>每秒 30 帧的录制在这里会丢帧；关闭其他程序</translation>
    </message>
    <message>
      <source>see the line above</source>
      <translation>见上一行</translation>
    </message>
    <message>
      <source>could not be tried: {error}</source>
      <translation>无法尝试：{error}</translation>
    </message>
    <message>
      <source>see the lines above; else report it</source>
      <translation>见上面各行；否则请报告</translation>
    </message>
    <message>
      <source>Probability, from the sum of both networks' scores</source>
      <translation>概率，由两个网络的得分之和得出</translation>
    </message>
    <message>
      <source>Score: no unit, any size; a class is the more probable the further it is above the others</source>
      <translation>得分：无单位，大小不限；一个类别高出其他类别越多，概率越大</translation>
    </message>
    <message>
      <source>its own samples: {value}</source>
      <translation>训练样本：{value}</translation>
    </message>
    <message>
      <source>held out: {value}</source>
      <translation>留出样本：{value}</translation>
    </message>
    <message>
      <source>{start} to {end}</source>
      <translation>{start} 至 {end}</translation>
    </message>
    <message>
      <source>attention {value}</source>
      <translation>注意力 {value}</translation>
    </message>
    <message>
      <source>{joint}, moment {n} of {all}: weighted {weight}</source>
      <translation>{joint}，第 {n} / {all} 个时刻：加权 {weight}</translation>
    </message>
    <message>
      <source>{what}; {more}</source>
      <translation>{what}；{more}</translation>
    </message>
    <message>
      <source>1 take</source>
      <translation>1 个片段</translation>
    </message>
    <message>
      <source>its own samples</source>
      <translation>自身样本</translation>
    </message>
    <message>
      <source>held out to choose by</source>
      <translation>用于选择的留出样本</translation>
    </message>
    <message>
      <source>recording needed the machine: {updates} used the student's earlier scores</source>
      <translation>录制占用了电脑：{updates}使用了学生网络先前的得分</translation>
    </message>
    <message>
      <source>{n} update</source>
      <translation>{n} 次预测</translation>
    </message>
    <message>
      <source>{n} updates</source>
      <translation>{n} 次预测</translation>
    </message>
    <message>
      <source>recording: lost {lost}, the disk or the encoder is too slow</source>
      <translation>录制：丢失 {lost}，磁盘或编码器太慢</translation>
    </message>
    <message>
      <source>{n} picture or frame</source>
      <translation>{n} 帧</translation>
    </message>
    <message>
      <source>{n} pictures or frames</source>
      <translation>{n} 帧</translation>
    </message>
    <message>
      <source>{n} predictions and events were not written: their reader is too slow</source>
      <translation>{n} 条预测和事件未写出：读取方太慢</translation>
    </message>
    <message>
      <source>the GPU failed ({reason}); the networks run on the CPU from now on</source>
      <translation>GPU 出错（{reason}）；此后网络在 CPU 上运行</translation>
    </message>
    <message>
      <source>{stage}: no answer for more than {seconds} s; if none comes, close and start again</source>
      <translation>{stage}：超过 {seconds} 秒没有响应；若一直没有，请关闭后重新启动</translation>
    </message>
    <message>
      <source>the source gave no frame</source>
      <translation>来源没有给出任何帧</translation>
    </message>
    <message>
      <source>Kinect: {what} ({n} times)</source>
      <translation>Kinect：{what}（{n} 次）</translation>
    </message>
    <message>
      <source>Kinect: {what}</source>
      <translation>Kinect：{what}</translation>
    </message>
    <message>
      <source>a frame came late or twice and was left out</source>
      <translation>有一帧迟到或重复，已略去</translation>
    </message>
    <message>
      <source>a frame was dropped because nobody fetched it in time</source>
      <translation>有一帧因未及时取走而丢失</translation>
    </message>
    <message>
      <source>dim light, colour comes at {rate} Hz; bodies at 30</source>
      <translation>光线昏暗，彩色画面 {rate} Hz；骨架 30 Hz</translation>
    </message>
    <message>
      <source>this PC takes {took} to convert a picture, fewer come; bodies at 30 Hz</source>
      <translation>此电脑转换一帧画面需要 {took}，画面会变少；骨架 30 Hz</translation>
    </message>
    <message>
      <source>pictures come {lag} after their bodies, too late to be shown with them</source>
      <translation>画面比骨架晚 {lag}，来不及一起显示</translation>
    </message>
    <message>
      <source>no picture for a second or more; skeletons alone meanwhile</source>
      <translation>一秒或更久没有画面；此间仅有骨架</translation>
    </message>
    <message>
      <source>it is lost again and again; try {command}</source>
      <translation>它一再断开；请尝试 {command}</translation>
    </message>
    <message>
      <source>whole, nothing to mend</source>
      <translation>完整，无需修复</translation>
    </message>
    <message>
      <source>cut</source>
      <translation>被截断</translation>
    </message>
    <message>
      <source>contradiction</source>
      <translation>自相矛盾</translation>
    </message>
    <message>
      <source>INCOMPLETE</source>
      <translation>不完整</translation>
    </message>
    <message>
      <source>{n1} of {n2} pictures were lost while recording</source>
      <translation>录制时丢失了 {n2} 幅图像中的 {n1} 幅</translation>
    </message>
    <message>
      <source>{n1} frames play ({n2} s); lost {n3} s, pictures {n4} s</source>
      <translation>可播放 {n1} 帧（{n2} 秒）；丢失 {n3} 秒，图像 {n4} 秒</translation>
    </message>
    <message>
      <source>pictures are also in {names}: as recorded, or what a killed process left</source>
      <translation>{names} 中也有图像：原始录制，或被中断的进程留下的</translation>
    </message>
    <message>
      <source>may show people, too: {names}</source>
      <translation>也可能显示人物：{names}</translation>
    </message>
    <message>
      <source>the recording was not ended: up to a second more is missing</source>
      <translation>录制没有正常结束：最多还缺一秒</translation>
    </message>
    <message>
      <source>Repair mends what can be mended</source>
      <translation>“修复”会修好可以修好的部分</translation>
    </message>
    <message>
      <source>kept as it was before a repair: {names}</source>
      <translation>修复前的原样保留在：{names}</translation>
    </message>
    <message>
      <source>before: {n1} frames played, {n2} were good</source>
      <translation>修复前：可播放 {n1} 帧，完好 {n2} 帧</translation>
    </message>
    <message>
      <source>does not say that the recording was ended</source>
      <translation>没有记录录制已结束</translation>
    </message>
    <message>
      <source>the frame count in its first line is damaged</source>
      <translation>首行中的帧数已损坏</translation>
    </message>
    <message>
      <source>the header is damaged</source>
      <translation>文件头已损坏</translation>
    </message>
    <message>
      <source>its header is damaged</source>
      <translation>其文件头已损坏</translation>
    </message>
    <message>
      <source>changed since the recording was ended</source>
      <translation>录制结束后被更改</translation>
    </message>
    <message>
      <source>{n} frames contradict {where}</source>
      <translation>{n} 帧与 {where} 矛盾</translation>
    </message>
    <message>
      <source>the other files</source>
      <translation>其他文件</translation>
    </message>
    <message>
      <source>no times</source>
      <translation>没有时间</translation>
    </message>
    <message>
      <source>nothing plays without it</source>
      <translation>没有它就无法播放</translation>
    </message>
    <message>
      <source>no frame is checked</source>
      <translation>没有任何帧经过校验</translation>
    </message>
    <message>
      <source>no events</source>
      <translation>没有事件</translation>
    </message>
    <message>
      <source>{n1} rows, {n2} of them damaged</source>
      <translation>{n1} 行，其中 {n2} 行已损坏</translation>
    </message>
    <message>
      <source>{n1} of {n2} rows have none of their time</source>
      <translation>{n2} 行中有 {n1} 行没有对应时间的图像</translation>
    </message>
    <message>
      <source>{n} rows</source>
      <translation>{n} 行</translation>
    </message>
    <message>
      <source>{n1} frames, {n2} of them damaged</source>
      <translation>{n1} 帧，其中 {n2} 帧已损坏</translation>
    </message>
    <message>
      <source>{n1} frames of {n2}</source>
      <translation>{n2} 帧中的 {n1} 帧</translation>
    </message>
    <message>
      <source>{n} frames</source>
      <translation>{n} 帧</translation>
    </message>
    <message>
      <source>its first line says {n1}, {file} has {n2}</source>
      <translation>首行为 {n1}，{file} 有 {n2}</translation>
    </message>
    <message>
      <source>{n1} checksums, {n2} of them damaged</source>
      <translation>{n1} 个校验和，其中 {n2} 个已损坏</translation>
    </message>
    <message>
      <source>{n1} checksums for {n2} frames</source>
      <translation>{n2} 帧有 {n1} 个校验和</translation>
    </message>
    <message>
      <source>{n} checksums</source>
      <translation>{n} 个校验和</translation>
    </message>
    <message>
      <source>{n} pictures</source>
      <translation>{n} 幅图像</translation>
    </message>
    <message>
      <source>damaged in {n} places</source>
      <translation>有 {n} 处损坏</translation>
    </message>
    <message>
      <source>not ended: it has no index</source>
      <translation>没有正常结束：缺少索引</translation>
    </message>
    <message>
      <source>{n} event</source>
      <translation>{n} 个事件</translation>
    </message>
    <message>
      <source>{n} events</source>
      <translation>{n} 个事件</translation>
    </message>
    <message>
      <source>no colour, nothing to blur</source>
      <translation>没有彩色图像，无需模糊</translation>
    </message>
    <message>
      <source>blurred before</source>
      <translation>此前已模糊</translation>
    </message>
    <message>
      <source>{n} pictures blurred</source>
      <translation>已模糊 {n} 幅图像</translation>
    </message>
    <message>
      <source>who was lost in the 2 s before its first frame is not known, and not blurred until tracked again</source>
      <translation>首帧之前 2 秒内丢失的人未知，在重新被跟踪之前不会被模糊</translation>
    </message>
    <message>
      <source>THE FACES ARE STILL IN {names}: blur again and delete the originals</source>
      <translation>面部仍在 {names} 中：请再次模糊并删除原件</translation>
    </message>
    <message>
      <source>THE FACES ARE STILL IN {n} other files: names of the old video outside this folder</source>
      <translation>面部仍在另外 {n} 个文件中：旧视频在此文件夹之外的名称</translation>
    </message>
    <message>
      <source>may show faces, too: {file}</source>
      <translation>也可能显示面部：{file}</translation>
    </message>
    <message>
      <source>note: a person whom the sensor did not track is not blurred; only a recording without colour is certain</source>
      <translation>注意：传感器未跟踪的人不会被模糊；只有不含彩色图像的录制才是确定的</translation>
    </message>
    <message>
      <source>deleted and {n} copies of its files</source>
      <translation>已删除，包括其文件的 {n} 个副本</translation>
    </message>
    <message>
      <source>deleted</source>
      <translation>已删除</translation>
    </message>
    <message>
      <source>the folder still holds {names}</source>
      <translation>文件夹中还有 {names}</translation>
    </message>
    <message>
      <source>not held</source>
      <translation>未包含</translation>
    </message>
    <message>
      <source>{name} ({n1} frames, {n2} pictures)</source>
      <translation>{name}（{n1} 帧，{n2} 幅图像）</translation>
    </message>
    <message>
      <source>{name} ({n1} frames, {n2} pictures, {n3} labels)</source>
      <translation>{name}（{n1} 帧，{n2} 幅图像，{n3} 个标签）</translation>
    </message>
    <message>
      <source>{file}: {n} samples; classes {names}</source>
      <translation>{file}：{n} 个样本；类别 {names}</translation>
    </message>
    <message>
      <source>{n} annotation</source>
      <translation>{n} 条标注</translation>
    </message>
    <message>
      <source>{n} annotations</source>
      <translation>{n} 条标注</translation>
    </message>
    <message>
      <source>{n} predicted event</source>
      <translation>{n} 个预测事件</translation>
    </message>
    <message>
      <source>{n} predicted events</source>
      <translation>{n} 个预测事件</translation>
    </message>
    <message>
      <source>that {n} frames have no picture (they show the one before; {file} tells which)</source>
      <translation>{n} 帧没有图像（显示前一幅；{file} 说明是哪些）</translation>
    </message>
    <message>
      <source>that {n} frames have no picture (they show the one before)</source>
      <translation>{n} 帧没有图像（显示前一幅）</translation>
    </message>
    <message>
      <source>that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to {n2} s wrong; {file} has the true times)</source>
      <translation>录制时丢失了 {n1} 帧（按每秒 30 帧计，其后的帧偏早：时间最多差 {n2} 秒；{file} 有真实时间）</translation>
    </message>
    <message>
      <source>that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to {n2} s wrong)</source>
      <translation>录制时丢失了 {n1} 帧（按每秒 30 帧计，其后的帧偏早：时间最多差 {n2} 秒）</translation>
    </message>
    <message>
      <source>that frames are not exactly 30 a second (taken as such, a time is up to {n} s wrong)</source>
      <translation>帧率并非恰好每秒 30 帧（按此计，时间最多差 {n} 秒）</translation>
    </message>
    <message>
      <source>that {n} pictures were lost while recording</source>
      <translation>录制时丢失了 {n} 幅图像</translation>
    </message>
    <message>
      <source>the floor plane</source>
      <translation>地面平面</translation>
    </message>
    <message>
      <source>which person {n} of the annotations speak of</source>
      <translation>其中 {n} 条标注所指的人</translation>
    </message>
    <message>
      <source>which person {n} of them speak of</source>
      <translation>其中 {n} 条所指的人</translation>
    </message>
    <message>
      <source>what session.json says ({names})</source>
      <translation>session.json 的内容（{names}）</translation>
    </message>
    <message>
      <source>{n1} bodies beyond {n2} in a frame</source>
      <translation>每帧超出 {n2} 个的 {n1} 个人体</translation>
    </message>
    <message>
      <source>{n} bodies whose joints are all at zero (they read as nobody)</source>
      <translation>{n} 个关节全为零的人体（会被读作无人）</translation>
    </message>
    <message>
      <source>tracking ids, joint states, colour coordinates, orientations, hand states, exact and host times</source>
      <translation>跟踪编号、关节状态、彩色坐标、朝向、手部状态、精确时间与主机时间</translation>
    </message>
    <message>
      <source>a frame without anybody (our player refuses a PKU-MMD file in which nobody is ever there)</source>
      <translation>没有人的帧（播放器拒绝始终无人的 PKU-MMD 文件）</translation>
    </message>
    <message>
      <source>{label} from frame {n}, in which nobody is in view</source>
      <translation>自第 {n} 帧起的 {label}，其中无人在画面内</translation>
    </message>
    <message>
      <source>{n1} of {n2} sessions are damaged or cannot be used, and were left out</source>
      <translation>{n2} 个录制中有 {n1} 个已损坏或无法使用，已略过</translation>
    </message>
    <message>
      <source>{folder}: {n1} samples of {n2} classes, {n3} frames, {n4} with two persons, {crops} crops, {n5} MB; {n6} skipped</source>
      <translation>{folder}：{n2} 类 {n1} 个样本，{n3} 帧，{n4} 个含两人，图像块：{crops}，{n5} MB；略过 {n6} 个</translation>
    </message>
    <message>
      <source>no</source>
      <translation>无</translation>
    </message>
    <message>
      <source>{n} joints were not known (at 0,0,0, not finite, not tracked); each is where its person had it</source>
      <translation>{n} 个关节未知（位于 0,0,0、非有限值或未跟踪）；各取该人原有的位置</translation>
    </message>
    <message>
      <source>bad: {name}: {why}</source>
      <translation>损坏：{name}：{why}</translation>
    </message>
    <message>
      <source>skipped {n}: {why}: {names}</source>
      <translation>略过 {n} 个：{why}：{names}</translation>
    </message>
    <message>
      <source>split {name}: {n1} train, {n2} test</source>
      <translation>划分 {name}：训练 {n1}，测试 {n2}</translation>
    </message>
    <message>
      <source>whole, but {n} samples with bad files were left out</source>
      <translation>完整，但略过了 {n} 个文件损坏的样本</translation>
    </message>
    <message>
      <source>fitting the classifier to the features of the network as it is</source>
      <translation>正在把分类层拟合到现有网络的特征</translation>
    </message>
    <message>
      <source>{n1} epochs in {n2} minutes of training, the last one's networks</source>
      <translation>{n1} 轮，训练 {n2} 分钟，采用最后一轮的网络</translation>
    </message>
    <message>
      <source>{n1} epochs in {n2} minutes of training, the networks of epoch {n3} ({n4} of the validation samples)</source>
      <translation>{n1} 轮，训练 {n2} 分钟，采用第 {n3} 轮的网络（验证样本正确率 {n4}）</translation>
    </message>
    <message>
      <source>{n} minutes this time</source>
      <translation>本次 {n} 分钟</translation>
    </message>
    <message>
      <source>wrote {file}</source>
      <translation>已写入 {file}</translation>
    </message>
    <message>
      <source>{network}: accuracy {n1}, top 5 {n2}, {n3} test samples</source>
      <translation>{network}：正确率 {n1}，前五 {n2}，测试样本 {n3} 个</translation>
    </message>
    <message>
      <source>pictures are left out: matplotlib is not there (pip install -r train/requirements.txt)</source>
      <translation>略去图片：没有 matplotlib（pip install -r train/requirements.txt）</translation>
    </message>
    <message>
      <source>cannot be written ({why}); nothing was changed; check free space and rights</source>
      <translation>无法写入（{why}）；没有任何更改；请检查可用空间和权限</translation>
    </message>
    <message>
      <source>cannot be written ({why}); check its rights</source>
      <translation>无法写入（{why}）；请检查权限</translation>
    </message>
    <message>
      <source>cannot be read ({why}); check the disk</source>
      <translation>无法读取（{why}）；请检查磁盘</translation>
    </message>
    <message>
      <source>cannot be deleted ({why}); delete it yourself</source>
      <translation>无法删除（{why}）；请自行删除</translation>
    </message>
    <message>
      <source>cannot be mended ({why}); free some space, or close what has it open, and repair it again</source>
      <translation>无法修复（{why}）；请腾出空间或关闭占用它的程序，然后再次修复</translation>
    </message>
    <message>
      <source>the new pictures cannot be written ({why}); the session is as it was; free some space</source>
      <translation>无法写入新图像（{why}）；录制保持原样；请腾出空间</translation>
    </message>
    <message>
      <source>exists already; choose another folder or name, or move it away</source>
      <translation>已存在；请选择其他文件夹或名称，或将其移走</translation>
    </message>
    <message>
      <source>expected a new or empty folder; choose another one</source>
      <translation>需要新的或空的文件夹；请另选一个</translation>
    </message>
    <message>
      <source>expected a recorded session, found none of {names}; choose the folder of a session</source>
      <translation>不是录制：没有 {names} 中的任何文件；请选择录制的文件夹</translation>
    </message>
    <message>
      <source>is damaged, pictures of it would be lost</source>
      <translation>已损坏，会丢失其中的图像</translation>
    </message>
    <message>
      <source>frame {n} has lost its picture ({why})</source>
      <translation>第 {n} 帧丢失了图像（{why}）</translation>
    </message>
    <message>
      <source>frame {n} has lost its picture</source>
      <translation>第 {n} 帧丢失了图像</translation>
    </message>
    <message>
      <source>its action is not known; annotate it, and export a sample for each annotation</source>
      <translation>动作未知；请标注，并按每条标注导出一个样本</translation>
    </message>
    <message>
      <source>it has no annotations</source>
      <translation>没有标注</translation>
    </message>
    <message>
      <source>neither annotations nor an action in any take</source>
      <translation>所有录制都没有标注或动作</translation>
    </message>
    <message>
      <source>label {label}: not among the {n} names of the label list; choose other classes</source>
      <translation>标签 {label}：不在标签列表的 {n} 个名称之中；请选择其他类别</translation>
    </message>
    <message>
      <source>interrupted</source>
      <translation>已中断</translation>
    </message>
    <message>
      <source>No space left on device</source>
      <translation>磁盘空间不足</translation>
    </message>
    <message>
      <source>Permission denied</source>
      <translation>没有权限</translation>
    </message>
    <message>
      <source>No such file or directory</source>
      <translation>文件或文件夹不存在</translation>
    </message>
    <message>
      <source>Not a directory</source>
      <translation>不是文件夹</translation>
    </message>
    <message>
      <source>Is a directory</source>
      <translation>是文件夹</translation>
    </message>
    <message>
      <source>Read-only file system</source>
      <translation>文件系统只读</translation>
    </message>
    <message>
      <source>Input/output error</source>
      <translation>读写错误</translation>
    </message>
    <message>
      <source>the command says, in English: {line}</source>
      <translation>命令的英文信息：{line}</translation>
    </message>
    <message>
      <source>Details: all that the commands say, in English</source>
      <translation>详情：命令的全部输出（英文）</translation>
    </message>
    <message>
      <source>see the details</source>
      <translation>请看详情</translation>
    </message>
    <message>
      <source>nothing was changed</source>
      <translation>没有任何更改</translation>
    </message>
    <message>
      <source>repair it first</source>
      <translation>请先修复</translation>
    </message>
    <message>
      <source>a repair was broken off</source>
      <translation>上次修复被中断</translation>
    </message>
    <message>
      <source>expected bodies for each of {n1} frames, found {n2}</source>
      <translation>{n1} 帧中只找到 {n2} 帧的骨架</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} frames; the rest is not played</source>
      <translation>在 {n2} 帧中的第 {n1} 帧后结束；其余不播放</translation>
    </message>
    <message>
      <source>ends after {n} frames; the bodies of later ones have no time and are not played</source>
      <translation>在第 {n} 帧后结束；其后的人体没有时间，不播放</translation>
    </message>
    <message>
      <source>ends in the middle of a line; that line is left out</source>
      <translation>在一行的中间结束；该行被略去</translation>
    </message>
    <message>
      <source>has no checksum for frame {n}, and maybe others; they are not checked</source>
      <translation>第 {n} 帧（可能还有其他帧）没有校验和；不作校验</translation>
    </message>
    <message>
      <source>no picture can be decoded ({why}); no colour</source>
      <translation>无法解码任何图像（{why}）；无彩色图像</translation>
    </message>
    <message>
      <source>the video cannot be opened ({why}); no colour</source>
      <translation>无法打开视频（{why}）；无彩色图像</translation>
    </message>
    <message>
      <source>no picture for frame {n} and maybe others; teacher alone there</source>
      <translation>第 {n} 帧（可能还有其他帧）没有图像；该处只用骨架</translation>
    </message>
    <message>
      <source>the colour video is missing; no colour</source>
      <translation>缺少彩色视频；无彩色图像</translation>
    </message>
    <message>
      <source>cannot be opened ({why}); restore it</source>
      <translation>无法打开（{why}）；请恢复该文件</translation>
    </message>
    <message>
      <source>cannot be opened ({why}); check the path and its rights</source>
      <translation>无法打开（{why}）；请检查路径和权限</translation>
    </message>
    <message>
      <source>cannot be read ({why}); no frame is checked</source>
      <translation>无法读取（{why}）；不作校验</translation>
    </message>
    <message>
      <source>recording stopped</source>
      <translation>录制已停止</translation>
    </message>
    <message>
      <source>a camera or a video needs MediaPipe Pose, which is not installed: {install}</source>
      <translation>摄像头或视频需要 MediaPipe Pose，但尚未安装：{install}</translation>
    </message>
    <message>
      <source>it is no .task file</source>
      <translation>不是 .task 文件</translation>
    </message>
    <message>
      <source>pose model {file}: MediaPipe does not take it ({why})</source>
      <translation>姿态模型 {file}：MediaPipe 不接受（{why}）</translation>
    </message>
    <message>
      <source>MediaPipe cannot be loaded ({why}); install it again: {install}</source>
      <translation>无法加载 MediaPipe（{why}）；请重新安装：{install}</translation>
    </message>
    <message>
      <source>camera {n}: there is none of this number</source>
      <translation>摄像头 {n}：没有这个编号的摄像头</translation>
    </message>
    <message>
      <source>found none: plug one in</source>
      <translation>没有找到：请接上一个</translation>
    </message>
    <message>
      <source>found {names}: choose one of these</source>
      <translation>找到 {names}：请从中选择</translation>
    </message>
    <message>
      <source>camera {n}: cannot be opened; it is not there, another program has it, or this one may not use it (privacy settings): close the other program, or choose another camera</source>
      <translation>摄像头 {n}：无法打开；不存在、被其他程序占用，或本程序无权使用（隐私设置）：请关闭其他程序或选择另一个摄像头</translation>
    </message>
    <message>
      <source>camera {n}: cannot be opened; close the program that has it (or join the group video, if you may not)</source>
      <translation>摄像头 {n}：无法打开；请关闭占用它的程序（若无权限，请加入 video 组）</translation>
    </message>
    <message>
      <source>camera {n}: it opened but gives no picture; close the program that uses it, or plug it in again</source>
      <translation>摄像头 {n}：已打开但没有图像；请关闭使用它的程序，或重新插接</translation>
    </message>
    <message>
      <source>camera {n1}: no picture for {n2} s; it was unplugged, or another program took it: plug it in and open it again</source>
      <translation>摄像头 {n1}：{n2} 秒没有图像；已被拔出或被其他程序占用：请插好并重新打开</translation>
    </message>
    <message>
      <source>camera {n}: OpenCV failed ({why}); unplug it and plug it in again</source>
      <translation>摄像头 {n}：OpenCV 出错（{why}）；请拔出后重新插接</translation>
    </message>
    <message>
      <source>camera {n1}: gives {size}, less than the {n2} asked for</source>
      <translation>摄像头 {n1}：输出 {size}，低于要求的 {n2}</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, found sound only</source>
      <translation>需要带图像的 MP4、AVI、MKV、MOV 或 WebM 文件，其中只有声音</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, found none</source>
      <translation>需要带图像的 MP4、AVI、MKV、MOV 或 WebM 文件，其中没有图像</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, none of its pictures can be decoded</source>
      <translation>需要带图像的 MP4、AVI、MKV、MOV 或 WebM 文件，其中的图像都无法解码</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, cannot be read ({why})</source>
      <translation>需要带图像的 MP4、AVI、MKV、MOV 或 WebM 文件，此文件无法读取（{why}）</translation>
    </message>
    <message>
      <source>there is no decoder for its pictures; convert it to H.264</source>
      <translation>没有其图像的解码器；请转换为 H.264</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} pictures; the rest is not played</source>
      <translation>在 {n2} 幅图像中的第 {n1} 幅后结束；其余不播放</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} pictures ({why}); the rest is not played</source>
      <translation>在 {n2} 幅图像中的第 {n1} 幅后结束（{why}）；其余不播放</translation>
    </message>
    <message>
      <source>Invalid data found when processing input</source>
      <translation>数据无效</translation>
    </message>
    <message>
      <source>expected a recorded session, found no session.json in it; choose the folder of a session</source>
      <translation>不是录制：其中没有 session.json；请选择录制的文件夹</translation>
    </message>
    <message>
      <source>expected format version {n1}, got {n2}; use the version of this program that recorded it</source>
      <translation>格式版本应为 {n1}，实际为 {n2}；请使用录制它的程序版本</translation>
    </message>
    <message>
      <source>expected the description of a recorded session, got another kind of file</source>
      <translation>不是录制的说明，而是其他文件</translation>
    </message>
    <message>
      <source>expected frames, found none; record again</source>
      <translation>没有找到任何帧；请重新录制</translation>
    </message>
    <message>
      <source>expected a person, {what}; choose another file</source>
      <translation>其中没有人，{what}；请选择其他文件</translation>
    </message>
    <message>
      <source>expected {n1} frames as its first line says, found {n2}; copy or download it again</source>
      <translation>首行为 {n1} 帧，找到 {n2} 帧；请重新复制或下载</translation>
    </message>
    <message>
      <source>changed since it was recorded, its times cannot be trusted</source>
      <translation>录制后被更改，其时间不可信</translation>
    </message>
    <message>
      <source>the video ends early; teacher alone from frame {n}</source>
      <translation>视频提前结束；自第 {n} 帧起只用骨架</translation>
    </message>
    <message>
      <source>checkpoint {file}</source>
      <translation>权重 {file}</translation>
    </message>
    <message>
      <source>there is no such file</source>
      <translation>没有这个文件</translation>
    </message>
    <message>
      <source>not a readable safetensors file ({why})</source>
      <translation>不是可读的 safetensors 文件（{why}）</translation>
    </message>
    <message>
      <source>a .pt or .pth file has to be converted first (train.convert)</source>
      <translation>.pt 或 .pth 文件须先转换（train.convert）</translation>
    </message>
    <message>
      <source>foreign file: its metadata has no entry {name}</source>
      <translation>外来文件：其元数据没有 {name}</translation>
    </message>
    <message>
      <source>format {n1}, this program reads {n2}; update it</source>
      <translation>格式 {n1}，本程序读取 {n2}；请更新程序</translation>
    </message>
    <message>
      <source>settings cannot be used: {why}</source>
      <translation>设置无法使用：{why}</translation>
    </message>
    <message>
      <source>these weights look ahead in time and cannot be used frame by frame</source>
      <translation>这些权重需要未来的帧，不能逐帧使用</translation>
    </message>
    <message>
      <source>a take cannot begin: the source has ended; open it again</source>
      <translation>无法开始录制：来源已结束；请重新打开</translation>
    </message>
    <message>
      <source>a take cannot begin: another one is under way; stop it first</source>
      <translation>无法开始录制：另一条正在进行；请先停止</translation>
    </message>
    <message>
      <source>nothing is watched yet, so nothing can be recorded; open a source first</source>
      <translation>尚未观看任何来源，无法录制；请先打开来源</translation>
    </message>
    <message>
      <source>expected a folder for takes, got another kind of file</source>
      <translation>需要存放录制的文件夹，这是一个文件</translation>
    </message>
    <message>
      <source>cannot be written after {n} frames ({why}); what was recorded is kept; check free space and rights</source>
      <translation>写入 {n} 帧后失败（{why}）；已录制的内容保留；请检查可用空间和权限</translation>
    </message>
    <message>
      <source>annotation {label} from {n1} to {n2} s</source>
      <translation>标注 {label}，{n1} 至 {n2} 秒</translation>
    </message>
    <message>
      <source>expected a label of 1 to {n} characters</source>
      <translation>标签须为 1 至 {n} 个字符</translation>
    </message>
    <message>
      <source>expected start before end, within the session, {n1} to {n2} s</source>
      <translation>开始须早于结束，且在录制之内（{n1} 至 {n2} 秒）</translation>
    </message>
    <message>
      <source>expected at least {n} s</source>
      <translation>至少 {n} 秒</translation>
    </message>
    <message>
      <source>no frame was recorded in that time; choose a longer one</source>
      <translation>该时段没有录制任何帧；请选择更长的时段</translation>
    </message>
    <message>
      <source>overlaps {label} from {n1} to {n2} s; change or remove that one first</source>
      <translation>与 {label}（{n1} 至 {n2} 秒）重叠；请先更改或删除它</translation>
    </message>
    <message>
      <source>its annotations changed since they were read; open the session again, then make the change</source>
      <translation>标注在读取后已更改；请重新打开录制再修改</translation>
    </message>
    <message>
      <source>was written {n1} s ago and has no end: it seems to be recorded; annotate it afterwards (or in {n2} s, if the recording broke off)</source>
      <translation>{n1} 秒前写入且没有结尾：似乎正在录制；请在其后标注（若录制已中断，请 {n2} 秒后再试）</translation>
    </message>
    <message>
      <source>cannot be written ({why}); the old annotations are kept; check space and rights</source>
      <translation>无法写入（{why}）；原有标注保留；请检查空间和权限</translation>
    </message>
    <message>
      <source>line {n}: expected a subject and actions, as in P07: drink water x 3, reading x 2; got {text}</source>
      <translation>第 {n} 行：需要受试者和动作，如 P07: drink water x 3, reading x 2；实际为 {text}</translation>
    </message>
    <message>
      <source>expected a subject and an action, got {subject} and {action}</source>
      <translation>需要受试者和动作，实际为 {subject} 和 {action}</translation>
    </message>
    <message>
      <source>expected 1 to {n1} takes, got {n2}</source>
      <translation>录制条数须为 1 至 {n1}，实际为 {n2}</translation>
    </message>
    <message>
      <source>expected a count of takes, seconds and a pause, got {text}</source>
      <translation>需要录制条数、秒数和间隔，实际为 {text}</translation>
    </message>
    <message>
      <source>expected at least one take, got none</source>
      <translation>至少需要一条录制</translation>
    </message>
    <message>
      <source>cannot be made ({why}); choose another folder</source>
      <translation>无法创建（{why}）；请选择其他文件夹</translation>
    </message>
    <message>
      <source>cannot be looked into ({why}); choose another folder</source>
      <translation>无法查看（{why}）；请选择其他文件夹</translation>
    </message>
    <message>
      <source>cannot be read ({why}); restore it</source>
      <translation>无法读取（{why}）；请恢复该文件</translation>
    </message>
    <message>
      <source>get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model</source>
      <translation>从 {page} 下载 pose_landmarker_full.task 并选择：文件，选择姿态模型</translation>
    </message>
    <message>
      <source>then get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model</source>
      <translation>然后从 {page} 下载 pose_landmarker_full.task 并选择：文件，选择姿态模型</translation>
    </message>
    <message>
      <source>there is no such file or folder</source>
      <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
      <source>Kinect: {why}; or watch something else: File, Start page</source>
      <translation>Kinect：{why}；或观看其他来源：文件，起始页</translation>
    </message>
    <message>
      <source>cannot be played: choose a recorded take, a .skeleton file, a PKU-MMD text or a video</source>
      <translation>无法播放：请选择录制、.skeleton 文件、PKU-MMD 文本或视频</translation>
    </message>
    <message>
      <source>line {n} is damaged: repair it, or choose another file</source>
      <translation>第 {n} 行已损坏：请修复或选择其他文件</translation>
    </message>
    <message>
      <source>the disk is full in {n} s</source>
      <translation>磁盘将在 {n} 秒后写满</translation>
    </message>
    <message>
      <source>take {n} was discarded</source>
      <translation>第 {n} 条录制已丢弃</translation>
    </message>
    <message>
      <source>there is no take to discard</source>
      <translation>没有可丢弃的录制</translation>
    </message>
    <message>
      <source>the video cannot be written: {why}; choose another place</source>
      <translation>无法写入视频：{why}；请选择其他位置</translation>
    </message>
    <message>
      <source>line {n}: expected columns {names} and perhaps {more}, separated by commas, got {text}</source>
      <translation>第 {n} 行：需要列 {names}，还可有 {more}，以逗号分隔；实际为 {text}</translation>
    </message>
    <message>
      <source>line {n}</source>
      <translation>第 {n} 行</translation>
    </message>
    <message>
      <source>1 simulated person</source>
      <translation>1 个模拟的人</translation>
    </message>
    <message>
      <source>{count} simulated people</source>
      <translation>{count} 个模拟的人</translation>
    </message>
  </context>
</TS>
